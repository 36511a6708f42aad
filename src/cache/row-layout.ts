// How the rows of a cache lie side by side: for each layer one row of K and one of V a token. State files, blocks and
// everything between them hand rows over in this order: all rows of layer 0's K, of its V, of layer 1's K, and so on.
import type { KvType } from "./types.ts";

export interface LayerRowBytes {
  /** Bytes of one token's K row, all heads of the layer. */
  readonly k: number;
  readonly v: number;
}

/** Layers are numbered as the state file has them: those of one cache, from 0. */
export interface RowLayout {
  readonly typeK: KvType;
  readonly typeV: KvType;
  readonly layers: readonly LayerRowBytes[];
}

/** One run of equal rows: the K or the V of a layer. */
export interface RowPart {
  readonly layer: number;
  readonly part: "k" | "v";
  readonly type: KvType;
  readonly rowBytes: number;
}

/** In the order in which rows are handed over. */
export function rowParts({ typeK, typeV, layers }: RowLayout): RowPart[] {
  return layers.flatMap(({ k, v }, layer): RowPart[] => [
    { layer, part: "k", type: typeK, rowBytes: k },
    { layer, part: "v", type: typeV, rowBytes: v },
  ]);
}

/** Bytes of one token's rows in all layers. */
export function tokenBytes({ layers }: RowLayout): number {
  return layers.reduce((sum, { k, v }) => sum + k + v, 0);
}

export function sameLayout(a: RowLayout, b: RowLayout): boolean {
  return (
    a.typeK === b.typeK &&
    a.typeV === b.typeV &&
    a.layers.length === b.layers.length &&
    a.layers.every(({ k, v }, layer) => k === b.layers[layer]?.k && v === b.layers[layer]?.v)
  );
}
