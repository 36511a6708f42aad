// Engines whose cache goes to disk and back: a text of any length, keys for it, and what the model says next.
import { join } from "node:path";
import type { Chain } from "../../src/cache/block-key.ts";
import { BlockStore, type BlockStoreOptions } from "../../src/cache/block-store.ts";
import { composeState } from "../../src/cache/compose-state.ts";
import { storeState } from "../../src/cache/store-state.ts";
import type { Engine, Token } from "../../src/session/engine/engine.ts";
import { greedySampling } from "./conversation.ts";
import { tempFolder } from "./temp-folder.ts";

/** Tokens of a story that does not repeat itself, with the model's first token in front where it has one. */
export function storyTokens(engine: Engine, count: number): Token[] {
  const days = Array.from(
    { length: Math.ceil(count / 8) },
    (_, day) => `On day ${day} the ship met ${day * 3 + 1} whales near isle ${(day * 7919) % 1000}. `,
  );
  const start = engine.bosToken === undefined ? [] : [engine.bosToken];
  const tokens = [...start, ...engine.tokenize(days.join(""), false)].slice(0, count);
  if (tokens.length !== count) throw new Error(`the story has ${tokens.length} tokens only`);
  return tokens;
}

/** `first`, then the greedy tokens behind it, also past the end of an answer. */
export async function goOn(engine: Engine, first: Token, count: number): Promise<Token[]> {
  const tokens = [first];
  engine.startSampling(greedySampling, []);
  while (tokens.length < count) {
    await engine.decode(tokens.at(-1) as Token);
    tokens.push(await engine.sample());
  }
  return tokens;
}

export async function greedyNext(engine: Engine): Promise<Token> {
  engine.startSampling(greedySampling, []);
  return engine.sample();
}

export interface SavedState {
  readonly folder: string;
  readonly store: BlockStore;
  /** Saves the engine's cache, which holds the chain's tokens, as a state file and into the store. */
  save(engine: Engine, chain: Chain): ReturnType<typeof storeState>;
  /** Composes a state file from the store, and loads it. */
  restore(engine: Engine, chain: Chain): ReturnType<typeof composeState>;
}

export async function savedState(options?: BlockStoreOptions): Promise<SavedState> {
  const folder = tempFolder();
  const store = await BlockStore.open(join(folder, "store"), options);
  const live = join(folder, "live.state");
  const composed = join(folder, "composed.state");
  return {
    folder,
    store,
    async save(engine, chain) {
      await engine.saveState(live, chain.tokens);
      return storeState(live, chain, store);
    },
    async restore(engine, chain) {
      const result = await composeState(composed, chain, store);
      if (result.tokens > 0) await engine.loadState(composed);
      return result;
    },
  };
}
