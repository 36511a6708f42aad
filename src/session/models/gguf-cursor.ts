// Reads little-endian values from a file, or from its beginning, in large pieces, never past the end: the ground that the GGUF
// reader stands on.
// Synchronous on purpose: a vocabulary has hundreds of thousands of strings, and a promise for each would take seconds.

/** Why a GGUF cannot be used. `truncated`: it ends before its own header does. */
export type GgufFault = "not-gguf" | "truncated" | "damaged" | "unsupported";

export class GgufError extends Error {
  readonly fault: GgufFault;

  constructor(fault: GgufFault, message: string) {
    super(message);
    this.name = "GgufError";
    this.fault = fault;
  }
}

const windowBytes = 1 << 20;
/** No header of a real model comes near this; past it a file with wild counts would be walked for minutes. */
const mostHeaderBytes = 512 << 20;
/** Longest string that is made; the longest chat templates are below 100 KB. */
const mostStringBytes = 16 << 20;

/** Fills `window` from byte `position` of the file on; returns how many bytes there were. */
type ReadBytes = (window: Buffer, position: number) => number;

export class GgufCursor {
  /** Offset in the file of the next byte to be read. */
  position = 0;
  readonly fileBytes: number;
  readonly #read: ReadBytes;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(read: ReadBytes, fileBytes: number) {
    this.#read = read;
    this.fileBytes = fileBytes;
  }

  u8(): number {
    const at = this.#advance(1);
    return this.#window.readUInt8(at);
  }

  u32(): number {
    const at = this.#advance(4);
    return this.#window.readUInt32LE(at);
  }

  /** A u64 that counts or points; one past 2^53 cannot be true and is damage. */
  size(): number {
    const at = this.#advance(8);
    const high = this.#window.readUInt32LE(at + 4);
    if (high > 0x1fffff) throw new GgufError("damaged", `it holds an impossible number at byte ${this.position - 8}`);
    return high * 0x1_0000_0000 + this.#window.readUInt32LE(at);
  }

  /** A number of GGUF's scalar type; 64-bit integers past 2^53 are rounded. */
  number(read: (bytes: Buffer, at: number) => number | bigint, bytes: number): number {
    const at = this.#advance(bytes);
    return Number(read(this.#window, at));
  }

  string(): string {
    const length = this.size();
    if (length > mostStringBytes) throw new GgufError("damaged", `it holds a text of ${length} bytes`);
    const at = this.#advance(length);
    return this.#window.toString("utf8", at, at + length);
  }

  skipString(): void {
    this.skip(this.size());
  }

  skip(bytes: number): void {
    this.#require(bytes);
    this.position += bytes;
  }

  /** Moves on by `bytes` and returns where they begin in the window, which it may have replaced. */
  #advance(bytes: number): number {
    this.#require(bytes);
    let at = this.position - this.#windowStart;
    if (at < 0 || at + bytes > this.#window.length) {
      this.#fill(bytes);
      at = 0;
    }
    this.position += bytes;
    return at;
  }

  #require(bytes: number): void {
    if (this.position + bytes > this.fileBytes) throw new GgufError("truncated", "it ends in the middle of its header");
    if (this.position + bytes > mostHeaderBytes) throw new GgufError("damaged", "its header has no end");
  }

  #fill(bytes: number): void {
    const wanted = Math.min(Math.max(bytes, windowBytes), this.fileBytes - this.position);
    const window = this.#window.length === wanted ? this.#window : Buffer.allocUnsafe(wanted);
    let filled = 0;
    while (filled < wanted) {
      const read = this.#read(window.subarray(filled), this.position + filled);
      if (read === 0) throw new GgufError("truncated", "it became shorter while it was read");
      filled += read;
    }
    this.#window = window;
    this.#windowStart = this.position;
  }
}
