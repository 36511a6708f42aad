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

/** Those that are wanted; undefined where what is read is damaged. */
export function decodePieces(
  text: string,
  isWanted: (kind: Kind, key: Key) => boolean = () => true,
): Piece[] | undefined {
  if (text.length % width !== 0) return undefined;
  const pieces: Piece[] = [];
  for (let start = 0; start < text.length; start += width) {
    const kind = kindOf[text[start] ?? ""];
    const key = text.slice(start + 1, start + keyEnd);
    if (kind && !isWanted(kind, key)) continue;
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

/**
 * The tokens of the last piece, and of each the first four bytes of its key, big-endian: what of many sessions is in a store, most
 * of which is not, is soon seen from it.
 */
export function marksOf(pieces: readonly Piece[]): Uint8Array {
  const tokens = Buffer.alloc(markBytes);
  tokens.writeInt32BE(pieces.at(-1)?.tokens ?? 0);
  return Uint8Array.from(Buffer.concat([tokens, ...pieces.map(({ key }) => markOf(key))]));
}

/** Of four thousand million keys another one has the same. */
export function markOf(key: Key): Buffer {
  return Buffer.from(key.slice(0, 2 * markBytes), "hex");
}

/** What `isAnyMarked` looks marks up in. */
export function markNumbers(keys: Iterable<Key>): Set<number> {
  return new Set(Array.from(keys, (key) => Number.parseInt(key.slice(0, 2 * markBytes), 16) | 0));
}

export function markedTokens(marks: Uint8Array): number {
  return marks.length < markBytes ? 0 : numberAt(marks, 0);
}

/** A plain loop: before thousands of sessions are listed it runs half a million times. */
export function isAnyMarked(marks: Uint8Array, stored: ReadonlySet<number>): boolean {
  for (let at = markBytes; at < marks.length; at += markBytes) if (stored.has(numberAt(marks, at))) return true;
  return false;
}

function numberAt(bytes: Uint8Array, at: number): number {
  const byte = (offset: number) => bytes[at + offset] as number;
  return (byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
