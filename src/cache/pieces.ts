// The files that a conversation's cache is made of, named when it is kept: to count them, nobody hashes its tokens again.
import { blockTokens, type Chain, type ChainKeys, chainKeys, type Key, keyAt } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import type { Kind } from "./store-folder.ts";

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
