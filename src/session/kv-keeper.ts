// Keeps what the engine has computed, and brings it back: between the engine's state files and the block store.
import { rm } from "node:fs/promises";
import type { Chain, Fingerprint } from "../cache/block-key.ts";
import type { BlockStore } from "../cache/block-store.ts";
import { type ComposeOptions, composeState } from "../cache/compose-state.ts";
import type { Lineage } from "../cache/lineage.ts";
import type { Piece } from "../cache/pieces.ts";
import { commonPrefixLength } from "../cache/prefix.ts";
import { reorderState } from "../cache/reorder-state.ts";
import { loadSnapshot, storeSnapshot } from "../cache/snapshot.ts";
import { StateFileError } from "../cache/state-format.ts";
import { type Stored, storeState } from "../cache/store-state.ts";
import type { Engine, Token } from "./engine/engine.ts";
import type { ScratchFolder } from "./scratch-folder.ts";

export interface KvKeeperOptions {
  /** It may still be loading. */
  readonly engine: Promise<Pick<Engine, "saveState" | "loadState">>;
  /** Undefined where there is none, because its folder cannot be made. */
  readonly store: BlockStore | undefined;
  /** False: what others have kept is used, and nothing is added to it. */
  readonly writes: boolean;
  readonly fingerprint: Fingerprint;
  readonly scratch: ScratchFolder;
}

/** Tokens, and what evictions have done to their rows. */
export interface Content {
  readonly tokens: readonly Token[];
  readonly lineage: Lineage | undefined;
}

export interface Restored {
  /** The first so many tokens are in the cache now, and nothing else; as many as were live where nothing was to be gained. */
  readonly tokens: number;
  /** Why not all. */
  readonly reason: string | undefined;
  /** Whether that is damage. */
  readonly isDamaged: boolean;
}

export type Kept = Pick<Stored, "key" | "pieces" | "superseded" | "blocks" | "bytes">;

/** Writes into the store what was taken, `before` being what the save before this one came to; once. */
export type Write = (before: readonly Piece[] | undefined) => Promise<Kept>;

/** A state on its way from the store, and what it is of. */
interface Coming {
  readonly content: Content;
  readonly path: string;
  readonly restored: Promise<Restored>;
}

/** Tokens; with less to gain over what is live, the search is not worth its while. */
export const leastGain = 256;

export class KvKeeper implements AsyncDisposable {
  readonly #options: KvKeeperOptions;
  #early: Coming | undefined;

  constructor(options: KvKeeperOptions) {
    this.#options = options;
  }

  get fingerprint(): Fingerprint {
    return this.#options.fingerprint;
  }

  get store(): BlockStore | undefined {
    return this.#options.store;
  }

  /** Puts together what `restore` is going to load of this, so that the engine need not be there yet. */
  begin(content: Content): void {
    const { store } = this.#options;
    if (!store || content.tokens.length === 0) return;
    try {
      this.#early = this.#bring(content, store, { least: 1 });
      this.#early.restored.catch(() => {});
    } catch {
      // What keeps the scratch folder from being made, `restore` tells.
    }
  }

  /**
   * Loads the longest kept prefix, blocks up to `blocksUpTo` alone, where it is longer than what is `live`; else nothing is changed.
   * Throws where the scratch folder or the engine fails: the cache is as it was then, or empty.
   */
  async restore(content: Content, live: number, blocksUpTo?: number): Promise<Restored> {
    const { store, engine } = this.#options;
    const least = live === 0 ? 1 : live + leastGain;
    if (!store || content.tokens.length < least) return { tokens: live, reason: undefined, isDamaged: false };
    const early = await this.#takeEarly(content, least);
    const coming = early ?? this.#bring(content, store, { least, blocksUpTo });
    try {
      const restored = await coming.restored;
      if (restored.tokens === 0) return { ...restored, tokens: live };
      await (await engine).loadState(coming.path);
      return restored;
    } finally {
      await remove(coming.path);
    }
  }

  #bring(content: Content, store: BlockStore, limits: ComposeOptions): Coming {
    const { fingerprint, scratch } = this.#options;
    const path = scratch.newFile();
    return { content, path, restored: bringBack(path, { fingerprint, ...content }, store, limits) };
  }

  /** What was begun, where it is of the same; it is of no use for anything else. */
  async #takeEarly(content: Content, least: number): Promise<Coming | undefined> {
    const early = this.#early;
    this.#early = undefined;
    if (!early || (least === 1 && isSame(early.content, content))) return early;
    await early.restored.catch(() => {});
    await remove(early.path);
    return undefined;
  }

  /**
   * Takes the state of the cache, which holds exactly these tokens, and leaves the cells as a restored cache has them, which they
   * may not be where they are `isOutOfOrder`. The engine is free when it resolves; undefined where nothing is to be written.
   * Throws as `restore`.
   */
  async keep({ tokens, lineage }: Content, { isOutOfOrder }: { isOutOfOrder: boolean }): Promise<Write | undefined> {
    const { store, writes, fingerprint, engine, scratch } = this.#options;
    if (writes && !store) throw new Error("its folder cannot be used");
    // Nothing of a chat that is not kept ever is on a disk.
    if (!writes && !scratch.isInMemory) return undefined;
    const path = scratch.newFile();
    let write: Write | undefined;
    try {
      await (await engine).saveState(path, tokens);
      const isOpaque = !(await this.#putInOrder(path));
      if (isOpaque && isOutOfOrder) await (await engine).loadState(path);
      if (!store || !writes) return undefined;
      const chain = { fingerprint, tokens, lineage };
      const into = async (before: readonly Piece[] | undefined) =>
        isOpaque
          ? { blocks: 0, ...(await storeSnapshot(path, chain, store, before)) }
          : storeState(path, chain, store, before);
      write = (before) => into(before).finally(() => remove(path));
      return write;
    } finally {
      if (!write) await remove(path);
    }
  }

  /** False for a state that can only be kept as a whole: of a recurrent model, for example. */
  async #putInOrder(path: string): Promise<boolean> {
    const { scratch, engine } = this.#options;
    const ordered = scratch.newFile();
    try {
      const canonical = await reorderState(path, ordered);
      if (canonical) await (await engine).loadState(canonical);
      return true;
    } catch (error) {
      if (error instanceof StateFileError) return false;
      throw error;
    } finally {
      await remove(ordered);
    }
  }

  /** Removes files of the store that are of no more use. */
  async discard(pieces: readonly Piece[]): Promise<void> {
    for (const { kind, key } of pieces) await this.#options.store?.remove(kind, key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#early?.restored.catch(() => {});
    await this.#options.scratch[Symbol.asyncDispose]();
  }
}

function isSame(one: Content, other: Content): boolean {
  return (
    one.tokens.length === other.tokens.length &&
    commonPrefixLength(one.tokens, other.tokens) === one.tokens.length &&
    JSON.stringify(one.lineage) === JSON.stringify(other.lineage)
  );
}

/** Writes `path` from blocks, or from a state that was kept whole. */
async function bringBack(path: string, chain: Chain, store: BlockStore, limits: ComposeOptions): Promise<Restored> {
  const composed = await composeState(path, chain, store, limits);
  if (composed.tokens > 0 || composed.isDamaged) return composed;
  const snapshot = await loadSnapshot(path, chain, store, limits);
  return snapshot.tokens > 0 || snapshot.isDamaged ? snapshot : composed;
}

/** What cannot be removed now goes with its folder. */
async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
}
