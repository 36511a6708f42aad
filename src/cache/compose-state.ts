// From the store to a sequence-state file that llama.cpp loads: the longest prefix whose blocks, and tail, are there and good.
import { allEnded } from "./all-ended.ts";
import { blocksAtOnce, blockTokens, type Chain, type Key, parentKey } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import { type Damage, damageBehind, describeDamage, inOneLine } from "./damage.ts";
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
  /** Whether something was damaged; it is in `reason` then. */
  readonly isDamaged: boolean;
}

export interface ComposeOptions {
  /** With fewer tokens no file is written; 1 by default. */
  readonly least?: number;
  /** As `RestoreLimits` has it. */
  readonly blocksUpTo?: number;
  /** Sequences of the context that is to load the file; 1 by default. */
  readonly sequences?: number;
}

/**
 * Writes `path` anew. All that goes into it is checked first; what is bad is removed from the store, named in `reason`, and the
 * prefix before it used. What is stored behind a gap is checked then, too. Throws what writing `path` throws, and leaves no file.
 */
export async function composeState(
  path: string,
  chain: Chain,
  store: BlockStore,
  { least = 1, blocksUpTo, sequences = 1 }: ComposeOptions = {},
): Promise<Composed> {
  const refused: Refused = { block: new Set(), tail: new Set() };
  const damage: string[] = [];
  const refuse = ({ kind, key, message }: Damage) => {
    refused[kind].add(key);
    damage.push(message);
  };
  for (;;) {
    const plan = await planRestore(chain, store, { refused, blocksUpTo });
    const tokens = plan.tokens < least ? 0 : plan.tokens;
    try {
      const bytes = tokens > 0 ? await new PlannedWriting(chain, plan, store).write(path, sequences) : 0;
      if (tokens > 0) await touch(plan, store);
      if (plan.reason !== undefined) for (const bad of await damageBehind(plan, chain, store, refused)) refuse(bad);
      const reason = plan.reason && (inOneLine(damage) ?? plan.reason);
      return { tokens, bytes, reason, isDamaged: damage.length > 0 };
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      refuse(error);
    }
  }
}

async function touch({ keys, blocks, tail }: RestorePlan, store: BlockStore): Promise<void> {
  await store.touch("block", keys.blocks.slice(0, blocks));
  if (tail) await store.touch("tail", [tail]);
}

/** What the plan counted on cannot be used. */
class Unusable extends Error implements Damage {
  readonly kind: Damage["kind"];
  readonly key: Key;

  constructor(kind: Damage["kind"], key: Key, message: string) {
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
      for (let index = 0; index < count - 1; index += blocksAtOnce) {
        const run = await this.#readRun(index, Math.min(index + blocksAtOnce, count - 1), last);
        await writer.writeRows("base", index * blockTokens, ...run);
      }
      await writer.writeRows("base", (count - 1) * blockTokens, base.bytes);
      if (sliding) await writer.writeRows("sliding", tokens - sliding.count, sliding.bytes);
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    return writer.finish();
  }

  /** Rows of the blocks in `[start, end)`; of several that are bad the first is told. */
  async #readRun(start: number, end: number, like: KvBlock): Promise<Uint8Array[]> {
    const reads = Array.from({ length: end - start }, (_, offset) => this.#read(start + offset, like));
    return (await allEnded(reads)).map(({ base }) => base.bytes);
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
    throw new Unusable(kind, key, describeDamage(kind, start, reason));
  }
}
