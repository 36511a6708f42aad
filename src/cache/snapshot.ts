// States that cannot be taken apart (recurrent and hybrid models, no flash attention): kept whole, under the same keys and
// checksums, as one tensor of bytes. Of any size: never in memory as a whole.
import { type FileHandle, open, rm } from "node:fs/promises";
import { blockTokens, type Chain, chainKeys, type Key, keyAt, parentKey } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import { BoundedReader } from "./bounded-reader.ts";
import type { Composed } from "./compose-state.ts";
import { inOneLine } from "./damage.ts";
import { writeFully } from "./file-bytes.ts";
import { expectTokens, parseTokens } from "./parse-state-file.ts";
import { type Piece, shorterEnds } from "./pieces.ts";
import { longestStored } from "./restore-plan.ts";
import type { Stored } from "./store-state.ts";

const chunkBytes = 1 << 20;

/**
 * Stores a state of exactly `chain.tokens`, and goes on to need one shorter snapshot of `before`, what the save before this one
 * came to: a turn taken back is exact, and the disk holds two caches, not one for each turn. Throws a `StateFileError` where the
 * state is of other tokens, else a `StoreError`.
 */
export async function storeSnapshot(
  statePath: string,
  chain: Chain,
  store: BlockStore,
  before: readonly Piece[] = [],
): Promise<Pick<Stored, "key" | "bytes" | "pieces" | "superseded">> {
  const { length } = chain.tokens;
  const keys = chainKeys(chain);
  const key = keyAt(chain, keys, length);
  const file = await open(statePath, "r");
  try {
    const { size } = await file.stat();
    expectTokens(await parseTokens(new BoundedReader(file, size)), chain.tokens);
    await store.touch("snapshot", [key]);
    const there = await store.bytesOf("snapshot", key);
    const tensors = [{ name: "state", dtype: "U8" as const, shape: [size] }];
    const metadata = { parent: parentKey(keys, Math.floor(length / blockTokens)), end: String(length) };
    const bytes = there ?? (await store.write("snapshot", key, { tensors, metadata, data: chunks(file, size) }));
    const shorter = shorterEnds(before, chain, keys).slice(-1);
    const pieces = [...shorter, { kind: "snapshot" as const, key, tokens: length, bytes }];
    const superseded = before.filter(
      ({ kind, key }) => kind === "snapshot" && !pieces.some((kept) => kept.key === key),
    );
    return { key, bytes: there === undefined ? bytes : 0, pieces, superseded };
  } finally {
    await file.close();
  }
}

/** Writes the longest stored snapshot of a prefix, of `least` tokens or more, to `path`, as `composeState` does with blocks. */
export async function loadSnapshot(
  path: string,
  chain: Chain,
  store: BlockStore,
  { least = 1 }: { least?: number } = {},
): Promise<Composed> {
  const keys = chainKeys(chain);
  const refused = new Set<Key>();
  const damage: string[] = [];
  for (;;) {
    const upTo = chain.tokens.length;
    const stored = await longestStored("snapshot", chain, keys, store, {
      above: least - 1,
      upTo,
      isUsable: (key) => !refused.has(key),
    });
    const isDamaged = damage.length > 0;
    if (!stored) return { tokens: 0, bytes: 0, reason: inOneLine(damage) ?? "no snapshot is stored", isDamaged };
    const { bytes, trouble } = await copyOut(path, stored.key, store);
    if (!trouble) {
      await store.touch("snapshot", [stored.key]);
      const shorter = inOneLine(damage) ?? `no snapshot is stored behind position ${stored.length}`;
      return { tokens: stored.length, bytes, reason: stored.length === upTo ? undefined : shorter, isDamaged };
    }
    refused.add(stored.key);
    damage.push(`the snapshot: ${trouble}`);
  }
}

/** Nothing is left at `path` where the snapshot turns out bad. */
async function copyOut(path: string, key: Key, store: BlockStore): Promise<{ bytes: number; trouble?: string }> {
  const file = await open(path, "w", 0o600);
  let bytes = 0;
  let isGood = false;
  try {
    const { reason } = await store.scan("snapshot", key, async (chunk) => {
      await writeFully(file, chunk, bytes);
      bytes += chunk.length;
    });
    isGood = reason === undefined;
    return { bytes, trouble: reason };
  } finally {
    await file.close();
    if (!isGood) await rm(path, { force: true });
  }
}

async function* chunks(file: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(chunkBytes);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, size - done), done);
    if (bytesRead === 0) throw new Error("the state became shorter while it was stored");
    yield chunk.subarray(0, bytesRead);
    done += bytesRead;
  }
}
