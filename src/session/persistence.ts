// Where a conversation is kept beyond its process: its words by a recorder, its cache in the block store.
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fingerprint } from "../cache/block-key.ts";
import { BlockStore } from "../cache/block-store.ts";
import { KvKeeper, type KvKeeperOptions } from "./kv-keeper.ts";
import { chainOf, fromKvRecord } from "./kv-record.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import { modelFingerprint } from "./models/model-fingerprint.ts";
import type { Recorder } from "./recorder.ts";
import { ScratchFolder } from "./scratch-folder.ts";
import type { ConversationSettings } from "./settings.ts";
import type { LoadedSession } from "./store/session-record.ts";

export interface Persistence {
  /** Undefined with --no-save: then nothing is written that outlives the process. */
  readonly recorder: Recorder | undefined;
  /** What was said in earlier processes. */
  readonly session: LoadedSession | undefined;
  /** The cache folder. */
  readonly cacheDir: string;
  /** Most bytes that the block store may take; its own default where undefined. */
  readonly capBytes?: number;
  /** Release of llama.cpp. */
  readonly engine: string;
}

/** Everything besides tokens that rows of the cache depend on. */
export async function fingerprintOf(
  facts: ModelFacts,
  settings: ConversationSettings,
  engine: string,
): Promise<Fingerprint> {
  return {
    model: await modelFingerprint(facts.path),
    "llama.cpp": engine,
    "type of K": settings.cacheTypeK,
    "type of V": settings.cacheTypeV,
    rotation: process.env.LLAMA_ATTN_ROT_DISABLE ? "off" : "on",
    "flash attention": settings.flashAttention === "off" ? "off" : "on",
    ...(facts.slidingWindow > 0 && { "sliding window": settings.swaFull ? "full" : String(facts.slidingWindow) }),
  };
}

/** Folder of the block store inside the cache folder. */
export function blocksFolder(cacheDir: string): string {
  return join(cacheDir, "kv");
}

/** Folder for states of a moment inside the cache folder. */
export function workFolder(cacheDir: string): string {
  return join(cacheDir, "work");
}

export interface ComputedWith {
  readonly engine: KvKeeperOptions["engine"];
  readonly fingerprint: Promise<Fingerprint>;
  /** Of the whole context. */
  readonly stateBytes: number;
}

/** Begins at once to put together what the session goes on with, if any: the model is still loading. */
export async function openKeeper(
  { recorder, cacheDir, capBytes }: Persistence,
  { engine, fingerprint: named, stateBytes }: ComputedWith,
): Promise<KvKeeper> {
  const writes = recorder !== undefined;
  const folder = blocksFolder(cacheDir);
  const isUsed = writes || existsSync(folder);
  const store = isUsed ? await BlockStore.open(folder, { capBytes }).catch(() => undefined) : undefined;
  const otherwise = writes ? workFolder(cacheDir) : tmpdir();
  const scratch = new ScratchFolder({ otherwise, stateBytes });
  const fingerprint = await named;
  const keeper = new KvKeeper({ engine, fingerprint, scratch, store, writes });
  const record = recorder?.kv;
  const kept = record && fromKvRecord(record);
  if (kept) keeper.begin({ tokens: chainOf(kept).tokens, lineage: kept.lineage });
  return keeper;
}
