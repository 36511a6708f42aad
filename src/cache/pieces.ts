// The files that a conversation's cache is made of, named when it is kept: to count them, nobody hashes its tokens again.
import { blockTokens, type Chain, type ChainKeys, chainKeys, isKey, type Key, keyAt } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import { type Kind, kinds } from "./store-folder.ts";

export interface Piece {
  readonly kind: Kind;
  readonly key: Key;
  /** Of the prefix that it ends. */
  readonly tokens: number;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Of an earlier save's pieces the tails and snapshots that end shorter prefixes of this chain: where a state cannot be cut, they
 * are what makes undo exact.
 */
export function shorterEnds(before: readonly Piece[], chain: Chain, keys: ChainKeys): Piece[] {
  return before.filter(
    ({ kind, key, tokens }) => kind !== "block" && tokens < chain.tokens.length && keyAt(chain, keys, tokens) === key,
  );
}

/** What is stored of a chain, where no save has named it; ends of shorter prefixes are not looked for. */
export async function findPieces(chain: Chain, store: BlockStore): Promise<Piece[]> {
  const keys = chainKeys(chain);
  const tokens = chain.tokens.length;
  const last = keyAt(chain, keys, tokens);
  const named = [
    ...keys.blocks.map((key, index) => ({ kind: "block" as const, key, tokens: (index + 1) * blockTokens })),
    { kind: "tail" as const, key: last, tokens },
    { kind: "snapshot" as const, key: last, tokens },
  ];
  const found: Piece[] = [];
  for (const piece of named) {
    const bytes = await store.bytesOf(piece.kind, piece.key);
    if (bytes !== undefined) found.push({ ...piece, bytes });
  }
  return found;
}

/**
 * As text: a letter for the kind, the key, and in decimal digits the tokens and the bytes. All of one width, because
 * thousands of sessions have hundreds each, and JSON would take three times as long.
 */
const digits = { tokens: 8, bytes: 12 } as const;
const keyEnd = 1 + 64;
const tokensEnd = keyEnd + digits.tokens;
const width = tokensEnd + digits.bytes;
const kindOf: Readonly<Record<string, Kind>> = Object.fromEntries(kinds.map((kind) => [kind[0], kind]));

export function encodePieces(pieces: readonly Piece[]): string {
  const number = (value: number, places: number) => String(value).padStart(places, "0");
  return pieces
    .map(({ kind, key, tokens, bytes }) =>
      [kind[0], key, number(tokens, digits.tokens), number(bytes, digits.bytes)].join(""),
    )
    .join("");
}

/** Undefined where what is read is damaged. */
export function decodePieces(text: string): Piece[] | undefined {
  if (text.length % width !== 0) return undefined;
  const pieces: Piece[] = [];
  for (let start = 0; start < text.length; start += width) {
    const kind = kindOf[text[start] ?? ""];
    const key = text.slice(start + 1, start + keyEnd);
    const tokens = Number(text.slice(start + keyEnd, start + tokensEnd));
    const bytes = Number(text.slice(start + tokensEnd, start + width));
    if (!kind || !isKey(key) || ![tokens, bytes].every(isCount)) return undefined;
    pieces.push({ kind, key, tokens, bytes });
  }
  return pieces;
}

/** How many tokens the last of them ends. */
export function tokensOf(text: string): number {
  return Number(text.slice(keyEnd - width, tokensEnd - width)) || 0;
}

const markBytes = 4;
const marksAt = 12;

/**
 * Pieces in short: the tokens of the last one (int32), the bytes of all (int64), and of each the first four bytes of its key,
 * big-endian. What of many sessions is in a store, most of which is not, is soon seen from it.
 */
export function marksOf(pieces: readonly Piece[]): Uint8Array {
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

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
