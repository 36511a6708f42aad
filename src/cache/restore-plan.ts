// How much of a conversation the store holds: whole blocks from the front on, and the longest tail that fits behind them.
import { blockEnd, blockTokens, type Chain, type ChainKeys, chainKeys, type Key, keyAt } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import { statesSliding } from "./kv-block.ts";

export interface RestorePlan {
  readonly keys: ChainKeys;
  /** Tokens that can be restored, by the names of what is stored; content may still turn out bad. */
  readonly tokens: number;
  /** Whole blocks among them. */
  readonly blocks: number;
  readonly tail: Key | undefined;
  /** Why not all that was asked for; undefined when it is. */
  readonly reason: string | undefined;
  /** What is missing first: a whole block, or what ends a prefix, which is a tail. */
  readonly lacks: "block" | "tail" | undefined;
}

export type Refused = Readonly<Record<"block" | "tail", Set<Key>>>;

export interface RestoreLimits {
  /** Keys of what is there and cannot be used. */
  readonly refused?: Refused;
  /** No more than so many tokens unless a tail tells that a chat has stopped there; all by default. */
  readonly blocksUpTo?: number;
}

export async function planRestore(
  chain: Chain,
  store: BlockStore,
  { refused = { block: new Set(), tail: new Set() }, blocksUpTo = Number.POSITIVE_INFINITY }: RestoreLimits = {},
): Promise<RestorePlan> {
  const keys = chainKeys(chain);
  const wanted = chain.tokens.length;
  const present = await presentBlocks(keys, store, refused);
  const slides = present > 0 && (await blocksSlide(keys, store));
  const tail = await longestStored("tail", chain, keys, store, {
    // Behind the last block; models that slide have tails at the ends of blocks, and of all lengths.
    above: slides ? 0 : present * blockTokens,
    upTo: Math.min(wanted, (present + 1) * blockTokens - 1),
    isUsable: (key) => !refused.tail.has(key),
  });
  const enough = blocksUpTo < wanted ? blockEnd(blocksUpTo) : wanted;
  const tokens = tail?.length ?? (slides ? 0 : Math.min(present * blockTokens, enough));
  const isWhole = tokens >= enough;
  return {
    keys,
    tokens,
    blocks: Math.floor(tokens / blockTokens),
    tail: tail?.key,
    reason: isWhole ? undefined : missing(keys, present, tokens, slides),
    lacks: isWhole ? undefined : present < keys.blocks.length ? "block" : "tail",
  };
}

async function presentBlocks({ blocks }: ChainKeys, store: BlockStore, refused: Refused): Promise<number> {
  let count = 0;
  for (const key of blocks) {
    if (refused.block.has(key) || !(await store.has("block", key))) break;
    count++;
  }
  return count;
}

async function blocksSlide({ blocks: [first] }: ChainKeys, store: BlockStore): Promise<boolean> {
  return first !== undefined && statesSliding(await store.peek("block", first));
}

interface Search {
  readonly above: number;
  readonly upTo: number;
  readonly isUsable?: (key: Key) => boolean;
}

/** The longest prefix of more than `above` tokens, and no more than `upTo`, that has an entry of this kind. */
export async function longestStored(
  kind: "tail" | "snapshot",
  chain: Chain,
  keys: ChainKeys,
  store: BlockStore,
  { above, upTo, isUsable = () => true }: Search,
) {
  if (upTo <= above) return undefined;
  const longest = keyAt(chain, keys, upTo);
  if (isUsable(longest) && (await store.has(kind, longest))) return { length: upTo, key: longest };
  const stored = await store.keys(kind);
  if (stored.size === 0) return undefined;
  for (let length = upTo - 1; length > above; length--) {
    const key = keyAt(chain, keys, length);
    if (stored.has(key) && isUsable(key)) return { length, key };
  }
  return undefined;
}

function missing({ blocks }: ChainKeys, present: number, tokens: number, slides: boolean): string {
  if (slides) return `no window is stored behind position ${tokens}`;
  if (present < blocks.length) {
    return `positions ${present * blockTokens} to ${(present + 1) * blockTokens - 1} are not stored`;
  }
  return `nothing is stored behind position ${tokens}`;
}
