// From the store to a sequence-state file that llama.cpp loads: the longest prefix whose blocks, and tail, are there and good.
import { blockTokens, type Chain, type Key, parentKey } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import { decodeBlock, type KvBlock } from "./kv-block.ts";
import { planRestore, type Refused, type RestorePlan } from "./restore-plan.ts";
import { sameLayout } from "./row-layout.ts";
import { SealError } from "./sealed-file.ts";
import { StateFileWriter } from "./state-file-writer.ts";

export interface Composed {
  /** Tokens that the file holds; 0: no file was written. */
  readonly tokens: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Why fewer tokens than asked for; undefined when it holds all. */
  readonly reason: string | undefined;
}

export interface ComposeOptions {
  /** Sequences of the context that is to load the file; 1 by default. */
  readonly sequences?: number;
}

/**
 * Writes `path` anew. All that goes into it is checked first; what is bad is removed from the store, named in `reason`, and the
 * prefix before it used. Throws what writing `path` throws, and leaves no file then.
 */
export async function composeState(
  path: string,
  chain: Chain,
  store: BlockStore,
  { sequences = 1 }: ComposeOptions = {},
): Promise<Composed> {
  const refused: Refused = { block: new Set(), tail: new Set() };
  let trouble: string | undefined;
  for (;;) {
    const plan = await planRestore(chain, store, refused);
    const reason = plan.reason && (trouble ?? plan.reason);
    if (plan.tokens === 0) return { tokens: 0, bytes: 0, reason };
    try {
      const bytes = await new PlannedWriting(chain, plan, store).write(path, sequences);
      await store.touch("block", plan.keys.blocks.slice(0, plan.blocks));
      if (plan.tail) await store.touch("tail", [plan.tail]);
      return { tokens: plan.tokens, bytes, reason };
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      refused[error.kind].add(error.key);
      trouble ??= error.message;
    }
  }
}

/** What the plan counted on cannot be used. */
class Unusable extends Error {
  readonly kind: "block" | "tail";
  readonly key: Key;

  constructor(kind: "block" | "tail", key: Key, message: string) {
    super(message);
    this.kind = kind;
    this.key = key;
  }
}

class PlannedWriting {
  readonly #chain: Chain;
  readonly #plan: RestorePlan;
  readonly #store: BlockStore;

  constructor(chain: Chain, plan: RestorePlan, store: BlockStore) {
    this.#chain = chain;
    this.#plan = plan;
    this.#store = store;
  }

  /** Returns the file's bytes. */
  async write(path: string, sequences: number): Promise<number> {
    const { tokens, blocks, tail } = this.#plan;
    const count = tail ? blocks + 1 : blocks;
    const last = await this.#read(count - 1);
    const { base, sliding } = last;
    const writer = await StateFileWriter.create(path, {
      tokens: this.#chain.tokens.slice(0, tokens),
      base: base.layout,
      ...(sliding && { sliding: { layout: sliding.layout, firstPosition: tokens - sliding.count } }),
      sequences,
    });
    try {
      for (let index = 0; index < count - 1; index++) {
        await writer.writeRows("base", index * blockTokens, (await this.#read(index, last)).base.bytes);
      }
      await writer.writeRows("base", (count - 1) * blockTokens, base.bytes);
      if (sliding) await writer.writeRows("sliding", tokens - sliding.count, sliding.bytes);
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    return writer.finish();
  }

  /** The block with this index, or the tail behind the last one. `like`: a block whose rows have the same layout. */
  async #read(index: number, like?: KvBlock): Promise<KvBlock> {
    const { keys, blocks, tail, tokens } = this.#plan;
    const [kind, key] =
      index === blocks ? (["tail", tail as Key] as const) : (["block", keys.blocks[index] as Key] as const);
    const start = index * blockTokens;
    const end = kind === "tail" ? tokens : start + blockTokens;
    const { found, reason } = await this.#store.read(kind, key, (content) => {
      const block = decodeBlock(content);
      const isOurs =
        block.firstPosition === start &&
        block.parent === parentKey(keys, index) &&
        block.tokens.length === end - start &&
        block.tokens.every((token, at) => token === this.#chain.tokens[start + at]);
      if (kind === "tail" && block.slides && !block.sliding) throw new SealError("it lacks the window");
      if (!isOurs) throw new SealError("it holds other tokens");
      if (like && !sameLayout(block.base.layout, like.base.layout)) throw new SealError("its rows are of another kind");
      return block;
    });
    if (found) return found;
    throw new Unusable(
      kind,
      key,
      kind === "tail" ? `the tail: ${reason}` : `positions ${start} to ${end - 1}: ${reason}`,
    );
  }
}
