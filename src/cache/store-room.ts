// Room in the store: the least recently used goes when the cap is passed, and what nobody needs when it is asked for.
import { rm } from "node:fs/promises";
import { entries, type StoredEntry, walk } from "./store-folder.ts";
import { isLeftover } from "./temporary-file.ts";

export interface Collected {
  readonly files: number;
  readonly bytes: number;
}

export interface CollectOptions {
  /** Entries for which this is false go. By default all are needed. */
  readonly isNeeded?: (entry: StoredEntry) => boolean;
  /** Entries used so lately stay: a conversation beside may have stored them and not yet said so. 10 minutes by default. */
  readonly graceMs?: number;
}

const defaultGraceMs = 10 * 60_000;

export async function collectGarbage(
  folder: string,
  { isNeeded = () => true, graceMs = defaultGraceMs }: CollectOptions,
): Promise<Collected> {
  const now = Date.now();
  const removed = { files: 0, bytes: 0 };
  for await (const { path, name, usedMs, bytes } of walk(folder)) {
    if (isLeftover(name, usedMs, now) && (await removeFile(path))) count(removed, bytes);
  }
  for await (const entry of entries(folder)) {
    if (isNeeded(entry) || now - entry.usedMs < graceMs) continue;
    if (await removeFile(entry.path)) count(removed, entry.bytes);
  }
  return removed;
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
