// Names for what a cache holds. A key stands for everything that its rows depend on: the model and how it runs, all tokens up
// to the block's end, and, where an eviction has touched the rows, the text that is gone. Equal keys, equal rows.
import { createHash } from "node:crypto";
import type { Lineage } from "./lineage.ts";

/**
 * Positions in a block. What follows the last whole block that two chats share, each of them keeps for itself, and what follows its
 * own last block each save writes anew: so they are short. A file's header takes 1 to 3% of so many rows.
 */
export const blockTokens = 32;

/** Those that are read, or written, at once: they are small, and memory is to hold no more of them. */
export const blocksAtOnce = 8;

/** SHA-256 in lower-case hexadecimal, 64 characters. */
export type Key = string;

/**
 * What rows depend on besides tokens, each by a name of the caller's: model, llama.cpp release, types of K and V, rotation,
 * rope, flash attention. The order does not matter.
 */
export type Fingerprint = Readonly<Record<string, string>>;

/** A cache's contents, from position 0 on. */
export interface Chain {
  readonly fingerprint: Fingerprint;
  readonly tokens: readonly number[];
  /** Undefined where nothing was ever evicted from in front of these tokens. */
  readonly lineage?: Lineage;
}

export interface ChainKeys {
  /** The key before the first block, of the fingerprint alone. */
  readonly root: Key;
  /** One for each whole block, in order; each covers all tokens up to the block's end. */
  readonly blocks: readonly Key[];
}

export function chainKeys(chain: Chain): ChainKeys {
  const root = rootKey(chain.fingerprint);
  const blocks: Key[] = [];
  for (let end = blockTokens; end <= chain.tokens.length; end += blockTokens) {
    blocks.push(followingKey(blocks.at(-1) ?? root, chain, end - blockTokens, end));
  }
  return { root, blocks };
}

/** The key of the first `length` tokens; `keys` are the chain's own. At a block's end it is the block's. */
export function keyAt(chain: Chain, keys: ChainKeys, length: number): Key {
  const whole = Math.floor(length / blockTokens);
  const parent = parentKey(keys, whole);
  return length % blockTokens === 0 ? parent : followingKey(parent, chain, whole * blockTokens, length);
}

/** The key that the block with this index follows. */
export function parentKey({ root, blocks }: ChainKeys, index: number): Key {
  return index === 0 ? root : (blocks[index - 1] as Key);
}

/** The last end of a block that is not behind `position`. */
export function blockEnd(position: number): number {
  return Math.max(0, position - (position % blockTokens));
}

export function isKey(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function rootKey(fingerprint: Fingerprint): Key {
  const entries = Object.entries(fingerprint).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update("kvchat cache 1\n").update(JSON.stringify(entries)).digest("hex");
}

function followingKey(parent: Key, { tokens, lineage }: Chain, start: number, end: number): Key {
  const salt = lineage && end > lineage.from ? lineage.salt : "";
  const ids = Int32Array.from(tokens.slice(start, end));
  return createHash("sha256").update(`${parent}\n${salt}\n`).update(littleEndian(ids)).digest("hex");
}

/** The same bytes on every machine. */
export function littleEndian(values: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setInt32(index * 4, value, true);
  return new Uint8Array(view.buffer);
}
