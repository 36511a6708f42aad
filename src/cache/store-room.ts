// Room in the store: the least recently used goes when the cap is passed, and what nobody needs when it is asked for.
import { rename, rm, stat } from "node:fs/promises";
import { errorCode } from "./store-error.ts";
import { entries, type StoredEntry, type StoredFile, walk } from "./store-folder.ts";
import { isLeftover, temporaryPath } from "./temporary-file.ts";

interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** What was removed. */
export type Collected = Amount;

export interface CollectedGarbage extends Collected {
  /** What nothing needs and stays nevertheless, being used so lately. */
  readonly spared: Amount;
}

export interface CollectOptions {
  /** Entries for which this is false go. By default all are needed. */
  readonly isNeeded?: (entry: StoredEntry) => boolean;
  /**
   * Entries used since then (milliseconds since 1970) stay: a conversation beside may have stored them and not yet said so. By
   * default ten minutes ago.
   */
  readonly usedSince?: number;
  /** Removes nothing, and tells what it would have. */
  readonly dryRun?: boolean;
}

/** A save takes seconds: long enough for what is stored and not yet told. */
export const graceMs = 10 * 60_000;

export async function collectGarbage(
  folder: string,
  { isNeeded = () => true, usedSince = Date.now() - graceMs, dryRun = false }: CollectOptions,
): Promise<CollectedGarbage> {
  const now = Date.now();
  const removed = { files: 0, bytes: 0 };
  const spared = { files: 0, bytes: 0 };
  const remove = async (file: StoredFile) => {
    if (dryRun || (await removeUnused(file))) count(removed, file.bytes);
  };
  for await (const file of walk(folder)) {
    if (isLeftover(file.name, file.usedMs, now)) await remove(file);
  }
  for await (const entry of entries(folder)) {
    if (isNeeded(entry)) continue;
    if (entry.usedMs >= usedSince) count(spared, entry.bytes);
    else await remove(entry);
  }
  return { ...removed, spared };
}

/** Returns what went, and the bytes that stayed. */
export async function evictOldest(folder: string, capBytes: number): Promise<Collected & { kept: number }> {
  const all: StoredEntry[] = [];
  for await (const entry of entries(folder)) all.push(entry);
  const removed = { files: 0, bytes: 0, kept: all.reduce((sum, { bytes }) => sum + bytes, 0) };
  all.sort((a, b) => a.usedMs - b.usedMs);
  for (const file of all) {
    if (removed.kept <= capBytes) break;
    if (!(await removeUnused(file))) continue;
    count(removed, file.bytes);
    removed.kept -= file.bytes;
  }
  return removed;
}

function count(removed: { files: number; bytes: number }, bytes: number): void {
  removed.files++;
  removed.bytes += bytes;
}

/**
 * False where it was used since it was found, or cannot be removed: open on Windows, or in a folder that is read-only. It is taken
 * aside before it is looked at: who wants it in between finds it gone, and writes it anew.
 */
async function removeUnused({ path, usedMs }: StoredFile): Promise<boolean> {
  const aside = temporaryPath(path);
  try {
    await rename(path, aside);
    const isUsed = (await stat(aside)).mtimeMs !== usedMs;
    await (isUsed ? rename(aside, path) : rm(aside));
    return !isUsed;
  } catch (error) {
    return errorCode(error) === "ENOENT";
  }
}
