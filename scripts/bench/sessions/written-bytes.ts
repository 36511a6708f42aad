// How many bytes a program wrote into its folders, counted from outside: what lies there before and after.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** By path. The store's files come by renaming, so that a new inode is a file that was written whole. */
export type FilesBefore = ReadonlyMap<string, { readonly inode: number; readonly bytes: number }>;

export async function filesIn(folders: readonly string[]): Promise<FilesBefore> {
  const files = new Map<string, { inode: number; bytes: number }>();
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile()) continue;
      const { ino: inode, size: bytes } = await stat(path);
      files.set(path, { inode, bytes });
    }
  }
  return files;
}

/**
 * New files and those put in the place of others count whole, what was there as much as it grew: SQLite's log. That the log is
 * copied into the database belongs to the end of the process.
 */
export function bytesWritten(before: FilesBefore, after: FilesBefore): number {
  let written = 0;
  for (const [path, { inode, bytes }] of after) {
    const old = before.get(path);
    written += old?.inode === inode ? Math.max(0, bytes - old.bytes) : bytes;
  }
  return written;
}
