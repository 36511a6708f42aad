// What conversations have computed, kept on disk under keys that say what it depends on. Safe to delete at any time, and safe
// with several processes: a file appears whole or not at all, is checked in full before it is used, and is removed when bad.
import { chmod, type FileHandle, mkdir, open, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Key } from "./block-key.ts";
import { MarkSet } from "./marks.ts";
import { SafetensorsError, type Tensor } from "./safetensors.ts";
import { peekSealed, readSealed, SealError, scanSealed, type Unsealed, writeSealed } from "./sealed-file.ts";
import { errorCode, toStoreError } from "./store-error.ts";
import { entries, entryPath, fileNames, type Kind, keysOf, kinds } from "./store-folder.ts";
import {
  type Collected,
  type CollectedGarbage,
  type CollectOptions,
  collectGarbage,
  evictOldest,
} from "./store-room.ts";
import { writeWhole } from "./temporary-file.ts";

export interface BlockStoreOptions {
  /** Most bytes that the store may take; the least recently used goes first. 10 GiB by default. */
  readonly capBytes?: number;
}

export interface NewEntry {
  readonly tensors: readonly Tensor[];
  readonly metadata: Readonly<Record<string, string>>;
  /** The tensors' bytes, in order. */
  readonly data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** What was asked for, or why it is not to be had; a bad file is gone by then. */
export type Found<T> =
  | { readonly found: T; readonly reason?: undefined }
  | { readonly found: undefined; readonly reason: string };

export interface StoreStats {
  readonly capBytes: number;
  readonly bytes: number;
  readonly entries: Readonly<Record<Kind, number>>;
}

export interface Verified {
  readonly checked: number;
  readonly bytes: number;
  /** Bad files, which are gone now. */
  readonly removed: readonly { readonly kind: Kind; readonly key: Key; readonly reason: string }[];
}

export const defaultCapBytes = 10 * 2 ** 30;

export class BlockStore {
  readonly folder: string;
  readonly capBytes: number;
  /** Bytes in the store when last counted, and what was written since. */
  #bytes: number | undefined;

  private constructor(folder: string, capBytes: number) {
    this.folder = folder;
    this.capBytes = capBytes;
  }

  /** Makes the folder, for the user alone (0700). Throws a `StoreError`. */
  static async open(folder: string, { capBytes = defaultCapBytes }: BlockStoreOptions = {}): Promise<BlockStore> {
    try {
      for (const kind of kinds) await mkdir(join(folder, kind), { recursive: true, mode: 0o700 });
      if ((await stat(folder)).mode & 0o077) await chmod(folder, 0o700);
    } catch (error) {
      throw toStoreError(error);
    }
    return new BlockStore(folder, capBytes);
  }

  /** Whether there is such a file; it may still turn out bad. */
  async has(kind: Kind, key: Key): Promise<boolean> {
    return (await this.bytesOf(kind, key)) !== undefined;
  }

  /** Of the file; undefined where there is none. */
  async bytesOf(kind: Kind, key: Key): Promise<number | undefined> {
    const found = await stat(this.#path(kind, key)).catch(() => undefined);
    return found?.isFile() ? found.size : undefined;
  }

  keys(kind: Kind): Promise<Set<Key>> {
    return keysOf(this.folder, kind);
  }

  /** What all keys in it begin with, soon told. */
  async marks(): Promise<MarkSet> {
    return new MarkSet(await fileNames(this.folder));
  }

  /** Puts an entry in its place, or another's. Returns its bytes; throws a `StoreError` and leaves nothing behind. */
  async write(kind: Kind, key: Key, { tensors, metadata, data }: NewEntry): Promise<number> {
    const bytes = await writeWhole(this.#path(kind, key), (file) =>
      writeSealed(file, { kind, key }, tensors, metadata, data),
    );
    // By the clock of all uses: that of a file system lags behind it by milliseconds, and what is new would pass for the oldest.
    await this.touch(kind, [key]);
    if (this.#bytes !== undefined) this.#bytes += bytes;
    if (this.#bytes === undefined || this.#bytes > this.capBytes) await this.makeRoom();
    return bytes;
  }

  /** The whole entry, checked, as `decode` makes it out; the entry goes where that throws a `SealError`. */
  read<T>(kind: Kind, key: Key, decode: (content: Unsealed) => T): Promise<Found<T>> {
    return this.#use(kind, key, async (file) => decode(await readSealed(file, { kind, key })));
  }

  /** What an entry says of itself: not checked, a hint for planning; nothing where it is not there or not readable. */
  async peek(kind: Kind, key: Key): Promise<Readonly<Record<string, string>>> {
    const file = await open(this.#path(kind, key), "r").catch(() => undefined);
    try {
      return file ? (await peekSealed(file, { kind, key })).metadata : {};
    } catch {
      return {};
    } finally {
      await file?.close();
    }
  }

  /** Checks an entry of any size; `take` gets its tensors' bytes before it is known that they are good. */
  scan(kind: Kind, key: Key, take?: (bytes: Uint8Array) => Promise<void>): Promise<Found<unknown>> {
    return this.#use(kind, key, (file) => scanSealed(file, { kind, key }, take));
  }

  async remove(kind: Kind, key: Key): Promise<void> {
    await rm(this.#path(kind, key), { force: true }).catch(() => {});
  }

  /**
   * Marks entries as used now, the first as the latest: of one conversation's blocks, those further back, without which the
   * others are worth nothing, go last.
   */
  async touch(kind: Kind, keys: readonly Key[]): Promise<void> {
    const now = Date.now();
    await Promise.all(
      keys.map((key, index) => {
        const time = new Date(now - index);
        return utimes(this.#path(kind, key), time, time).catch(() => {});
      }),
    );
  }

  async stats(): Promise<StoreStats> {
    const counts = { block: 0, tail: 0, snapshot: 0 };
    let bytes = 0;
    for await (const entry of entries(this.folder)) {
      counts[entry.kind]++;
      bytes += entry.bytes;
    }
    return { capBytes: this.capBytes, bytes, entries: counts };
  }

  /** Checks every entry, and removes the bad ones. */
  async verify(): Promise<Verified> {
    const removed: { kind: Kind; key: Key; reason: string }[] = [];
    let checked = 0;
    let total = 0;
    for await (const { kind, key, bytes } of entries(this.folder)) {
      const result = await this.scan(kind, key);
      checked++;
      total += bytes;
      if (result.reason !== undefined) removed.push({ kind, key, reason: result.reason });
    }
    return { checked, bytes: total, removed };
  }

  /** Removes what nothing needs, what dead processes left half-written, and the least recently used beyond the cap. */
  async collect(options: CollectOptions = {}): Promise<CollectedGarbage> {
    const { files, bytes, spared } = await collectGarbage(this.folder, options);
    const evicted = options.dryRun ? { files: 0, bytes: 0 } : await this.makeRoom();
    return { files: files + evicted.files, bytes: bytes + evicted.bytes, spared };
  }

  /** Removes the least recently used until the store is within its cap. */
  async makeRoom(): Promise<Collected> {
    const { kept, ...removed } = await evictOldest(this.folder, this.capBytes);
    this.#bytes = kept;
    return removed;
  }

  #path(kind: Kind, key: Key): string {
    return entryPath(this.folder, kind, key);
  }

  async #use<T>(kind: Kind, key: Key, work: (file: FileHandle) => Promise<T>): Promise<Found<T>> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path(kind, key), "r");
      return { found: await work(file) };
    } catch (error) {
      if (errorCode(error) === "ENOENT") return { found: undefined, reason: "it is not stored" };
      if (isBad(error)) await this.remove(kind, key);
      else if (errorCode(error) === undefined) throw error;
      return { found: undefined, reason: (error as Error).message };
    } finally {
      await file?.close();
    }
  }
}

function isBad(error: unknown): boolean {
  return error instanceof SealError || error instanceof SafetensorsError;
}
