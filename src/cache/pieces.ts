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

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
