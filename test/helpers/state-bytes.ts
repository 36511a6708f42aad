// Sequence-state files written word by word, with any order of cells and any mistake: what llama.cpp might write, or a bad disk.
import type { RowLayout } from "../../src/cache/row-layout.ts";
import { ggmlType, type KvType, rowBytes } from "../../src/cache/types.ts";

export interface SectionSpec {
  /** Position of each cell, in the order of the file. */
  readonly positions: readonly number[];
  readonly typeK: KvType;
  readonly typeV: KvType;
  /** Values of a row of K and of V, for each layer. */
  readonly layers: readonly (readonly [k: number, v: number])[];
  readonly sequences?: number;
  readonly transposed?: number;
  /** Sequences that a cell claims. */
  readonly perCell?: number;
  /** Instead of the numbers of the types. */
  readonly ggmlK?: number;
}

export interface StateSpec {
  readonly magic?: number;
  readonly version?: number;
  readonly tokens: readonly number[];
  readonly sections: readonly SectionSpec[];
  readonly after?: readonly number[];
}

/** The row of a position: bytes that tell cache, layer, part and position apart. */
function rowAt(section: number, layer: number, part: "k" | "v", position: number, bytes: number): Uint8Array {
  const seed = section * 1009 + layer * 101 + (part === "k" ? 0 : 53) + position * 7;
  return Uint8Array.from({ length: bytes }, (_, index) => (seed + index * 31) & 0xff);
}

export function stateBytes({ magic = 0x67677371, version = 3, tokens, sections, after = [] }: StateSpec): Uint8Array {
  const parts: Uint8Array[] = [word(magic), word(version), word(tokens.length), ...tokens.map(word)];
  for (const [index, section] of sections.entries()) {
    const { positions, layers, sequences = 1, transposed = 0, perCell = 1 } = section;
    parts.push(word(sequences), word(positions.length));
    if (positions.length > 0) {
      for (const position of positions) parts.push(word(position), word(perCell), word(0));
      parts.push(word(transposed), word(layers.length));
      for (const part of ["k", "v"] as const) {
        const type = part === "k" ? section.typeK : section.typeV;
        for (const [layer, sizes] of layers.entries()) {
          const bytes = rowBytes(type, sizes[part === "k" ? 0 : 1]);
          parts.push(word(part === "k" ? (section.ggmlK ?? ggmlType(type)) : ggmlType(type)), word(bytes), word(0));
          for (const position of positions) parts.push(rowAt(index, layer, part, position, bytes));
        }
      }
    }
    for (let stream = 1; stream < sequences; stream++) parts.push(word(0));
  }
  return Buffer.concat([...parts, ...after.map(word)]);
}

export function layoutOf({ typeK, typeV, layers }: SectionSpec): RowLayout {
  return { typeK, typeV, layers: layers.map(([k, v]) => ({ k: rowBytes(typeK, k), v: rowBytes(typeV, v) })) };
}

/** All rows of the positions `[start, end)`, in the order in which rows are handed over. */
export function rowsAt(section: number, { typeK, typeV, layers }: SectionSpec, start: number, end: number): Uint8Array {
  const rows: Uint8Array[] = [];
  for (const [layer, [k, v]] of layers.entries()) {
    for (let p = start; p < end; p++) rows.push(rowAt(section, layer, "k", p, rowBytes(typeK, k)));
    for (let p = start; p < end; p++) rows.push(rowAt(section, layer, "v", p, rowBytes(typeV, v)));
  }
  return Buffer.concat(rows);
}

export function count(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function word(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return new Uint8Array(view.buffer);
}
