// Typed access to a GGUF's metadata, where a value of the wrong type counts as absent.
import type { GgufHeader, GgufScalar } from "./gguf.ts";

export class MetadataReader {
  readonly architecture: string;
  readonly #header: GgufHeader;

  constructor(header: GgufHeader) {
    this.#header = header;
    this.architecture = this.text("general.architecture") ?? "";
  }

  text(key: string): string | undefined {
    const value = this.#header.metadata.get(key);
    return typeof value === "string" ? value : undefined;
  }

  number(key: string): number | undefined {
    const value = this.#header.metadata.get(key);
    return typeof value === "number" ? value : undefined;
  }

  /** A number under the architecture's own prefix. */
  own(key: string): number | undefined {
    return this.number(`${this.architecture}.${key}`);
  }

  /** One number for each layer, from an array or from one number for all. */
  perLayer(key: string, layers: number): number[] | undefined {
    const value = this.#header.metadata.get(`${this.architecture}.${key}`);
    if (Array.isArray(value)) return value.filter(isNumber).slice(0, layers);
    // A wild layer count must not become a wild allocation; llama.cpp takes at most 512.
    return isNumber(value) ? new Array<number>(Math.min(layers, 1024)).fill(value) : undefined;
  }

  /** One flag for each layer, from an array of booleans or numbers. */
  flags(key: string): boolean[] | undefined {
    const value = this.#header.metadata.get(`${this.architecture}.${key}`);
    return Array.isArray(value) ? value.map(Boolean) : undefined;
  }
}

function isNumber(value: GgufScalar | GgufScalar[] | undefined): value is number {
  return typeof value === "number";
}
