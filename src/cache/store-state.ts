// From a sequence-state file to the store: the blocks that it lacks, and what follows the last block as a tail.

import { allEnded } from "./all-ended.ts";
import { blocksAtOnce, blockTokens, type Chain, chainKeys, type Key, keyAt, parentKey } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import { encodeBlock, type KvBlock, type Rows } from "./kv-block.ts";
import { expectTokens, type StateSection } from "./parse-state-file.ts";
import { type Piece, shorterEnds } from "./pieces.ts";
import { openStateFile, type StateFile } from "./state-file.ts";

export interface Stored {
  /** Key of all tokens; the tail's where there is one. */
  readonly key: Key;
  /** Blocks written; those that the store had are not. */
  readonly blocks: number;
  /** Bytes written, the tail's too. */
  readonly bytes: number;
  readonly tailBytes: number;
  /** All that the cache is made of now, in the order of the prefixes that they end, blocks first. */
  readonly pieces: readonly Piece[];
  /** Of the save before this one what nobody needs who goes on from this: to be removed once that is known. */
  readonly superseded: readonly Piece[];
  /** False where the live cache is not in position order: go on from a composed state, or resuming will round otherwise. */
  readonly inOrder: boolean;
}

interface KeptPiece {
  readonly piece: Piece;
  /** Bytes; none where it was there. */
  readonly written: number;
}

/**
 * Stores a state of exactly `chain.tokens`. Rows of sliding layers go into the tail, which such models always get: a restore is
 * exact at the lengths that were stored. `before`: what the save before this one came to. Throws a `StateFileError` where the state
 * cannot be taken apart (store a snapshot) or holds other tokens, and a `StoreError` where the store cannot be written to; the
 * blocks written by then stay.
 */
export async function storeState(
  statePath: string,
  chain: Chain,
  store: BlockStore,
  before: readonly Piece[] = [],
): Promise<Stored> {
  await using state = await openStateFile(statePath);
  const { tokens, base, sliding } = state.contents;
  expectTokens(tokens, chain.tokens);
  const keys = chainKeys(chain);
  const keep = async (kind: "block" | "tail", key: Key, start: number, end: number): Promise<KeptPiece> => {
    const there = await store.bytesOf(kind, key);
    const bytes = there ?? (await store.write(kind, key, encodeBlock(await blockOf(kind, start, end))));
    return { piece: { kind, key, tokens: end, bytes }, written: there === undefined ? bytes : 0 };
  };
  const blockOf = async (kind: "block" | "tail", start: number, end: number): Promise<KvBlock> => ({
    parent: parentKey(keys, start / blockTokens),
    firstPosition: start,
    tokens: chain.tokens.slice(start, end),
    base: await rowsOf(state, base, start, end),
    slides: sliding !== undefined,
    ...(kind === "tail" && sliding && { sliding: await rowsOf(state, sliding, sliding.firstPosition, end) }),
  });

  const key = keyAt(chain, keys, tokens.length);
  // Before it is known what is there: from now on nobody takes it for unused.
  await store.touch("tail", [key]);
  await store.touch("block", keys.blocks);
  const blocks: KeptPiece[] = [];
  for (let first = 0; first < keys.blocks.length; first += blocksAtOnce) {
    const run = keys.blocks.slice(first, first + blocksAtOnce).map((block, offset) => {
      const start = (first + offset) * blockTokens;
      return keep("block", block, start, start + blockTokens);
    });
    blocks.push(...(await allEnded(run)));
  }
  const tailStart = keys.blocks.length * blockTokens;
  const needsTail = sliding !== undefined || tailStart < tokens.length;
  const tail = needsTail ? await keep("tail", key, tailStart, tokens.length) : undefined;
  await store.touch("tail", [key]);
  await store.touch("block", keys.blocks);
  return {
    key,
    blocks: blocks.filter(({ written }) => written > 0).length,
    bytes: blocks.reduce((sum, { written }) => sum + written, tail?.written ?? 0),
    tailBytes: tail?.written ?? 0,
    pieces: [
      ...blocks.map(({ piece }) => piece),
      ...(sliding ? shorterEnds(before, chain, keys) : []),
      ...(tail ? [tail.piece] : []),
    ],
    // Where layers slide, the tails of all lengths are what makes undo, and a change of branches, exact.
    superseded: sliding ? [] : before.filter((piece) => piece.kind === "tail" && piece.key !== key),
    inOrder: isInOrder(base) && (!sliding || isInOrder(sliding)),
  };
}

async function rowsOf(state: StateFile, section: StateSection, start: number, end: number): Promise<Rows> {
  return { layout: section.layout, count: end - start, bytes: await state.readRows(section, start, end) };
}

function isInOrder({ cells }: StateSection): boolean {
  return cells.every((cell, index) => cell === index);
}
