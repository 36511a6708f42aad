// What a cache is made of, in four bytes a file: a list of ten thousand sessions looks up half a million files, and reads no names.
import type { Key } from "./block-key.ts";

const markBytes = 4;
const marksAt = 12;

interface Named {
  readonly key: Key;
  /** As `Piece` has them. */
  readonly tokens: number;
  readonly bytes: number;
}

/**
 * Pieces in short: the tokens of the last one (int32), the bytes of all (int64), and of each the first four bytes of its key,
 * big-endian. What of many sessions is in a store, most of which is not, is soon seen from it.
 */
export function marksOf(pieces: readonly Named[]): Uint8Array {
  const head = Buffer.alloc(marksAt);
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  head.writeInt32BE(pieces.at(-1)?.tokens ?? 0);
  head.writeBigInt64BE(BigInt(bytes), markBytes);
  return Uint8Array.from(Buffer.concat([head, ...pieces.map(({ key }) => markOf(key))]));
}

/** Of four thousand million keys another one has the same. */
export function markOf(key: Key): Buffer {
  return Buffer.from(key.slice(0, 2 * markBytes), "hex");
}

export interface Marked {
  readonly tokens: number;
  /** Of all pieces. */
  readonly bytes: number;
  /** How many of the pieces are there, by their marks. */
  readonly there: "all" | "some" | "none";
}

/** The keys in a store, by their marks. Before thousands of sessions are listed half a million are looked up. */
export class MarkSet {
  readonly #marks: ReadonlySet<number>;
  /** Which first twenty bits there are. */
  readonly #starts = new Uint8Array(2 ** 20);

  /** Names that begin with keys will do. */
  constructor(keys: readonly string[]) {
    this.#marks = new Set(keys.map(markNumber));
    for (const mark of this.#marks) this.#starts[mark >>> 12] = 1;
  }

  has(key: Key): boolean {
    return this.#marks.has(markNumber(key));
  }

  /** Undefined where `marks` are none. */
  look(marks: Uint8Array): Marked | undefined {
    const { length } = marks;
    if (length < marksAt || length % markBytes !== 0) return undefined;
    const starts = this.#starts;
    let found = 0;
    for (let at = marksAt; at < length; at += markBytes) {
      const mark = numberAt(marks, at);
      if (starts[mark >>> 12] === 1 && this.#marks.has(mark)) found++;
    }
    const isAll = marksAt + found * markBytes === length;
    const there = found === 0 ? "none" : isAll ? "all" : "some";
    return { tokens: numberAt(marks, 0), bytes: numberAt(marks, 4) * 2 ** 32 + (numberAt(marks, 8) >>> 0), there };
  }
}

function markNumber(key: Key): number {
  return Number.parseInt(key.slice(0, 2 * markBytes), 16) | 0;
}

/** Byte by byte: a view of thousands of small arrays, each for itself, takes ten times as long. */
function numberAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
