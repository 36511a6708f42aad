// Room in the store: the least recently used goes when the cap is passed, and what nobody needs when it is asked for.
import { rm } from "node:fs/promises";
import { entries, type StoredEntry, type StoredFile, walk } from "./store-folder.ts";
import { isLeftover } from "./temporary-file.ts";

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
  /** Entries used so lately stay: a conversation beside may have stored them and not yet said so. 10 minutes by default. */
  readonly graceMs?: number;
  /** Removes nothing, and tells what it would have. */
  readonly dryRun?: boolean;
}

const defaultGraceMs = 10 * 60_000;

export async function collectGarbage(
  folder: string,
  { isNeeded = () => true, graceMs = defaultGraceMs, dryRun = false }: CollectOptions,
): Promise<CollectedGarbage> {
  const now = Date.now();
  const removed = { files: 0, bytes: 0 };
  const spared = { files: 0, bytes: 0 };
  const remove = async ({ path, bytes }: StoredFile) => {
    if (dryRun || (await removeFile(path))) count(removed, bytes);
  };
  for await (const file of walk(folder)) {
    if (isLeftover(file.name, file.usedMs, now)) await remove(file);
  }
  for await (const entry of entries(folder)) {
    if (isNeeded(entry)) continue;
    if (now - entry.usedMs < graceMs) count(spared, entry.bytes);
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
  for (const { path, bytes } of all) {
    if (removed.kept <= capBytes) break;
    if (!(await removeFile(path))) continue;
    count(removed, bytes);
    removed.kept -= bytes;
  }
  return removed;
}

function count(removed: { files: number; bytes: number }, bytes: number): void {
  removed.files++;
  removed.bytes += bytes;
}

/** False where it cannot be removed: in use on Windows, or a folder that is read-only. */
async function removeFile(path: string): Promise<boolean> {
  try {
    await rm(path, { force: true });
    return true;
  } catch {
    return false;
  }
}
