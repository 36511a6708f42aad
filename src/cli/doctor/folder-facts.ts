// What a folder of kvchat takes on its disk, how much room is left there, and whether it can be written to.
import { accessSync, constants, existsSync, lstatSync, readdirSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";

export interface FolderFacts {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Room on its disk for this user. */
  readonly freeBytes: number;
  /** Where it does not exist yet: whether it can be made. */
  readonly isWritable: boolean;
}

export function folderFacts(name: string, path: string): FolderFacts {
  const nearest = nearestFolder(path);
  return { name, path, bytes: bytesBelow(path), freeBytes: freeBytes(nearest), isWritable: isWritable(nearest) };
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** What cannot be looked into counts as nothing. */
export function bytesBelow(path: string): number {
  try {
    const stats = lstatSync(path);
    if (!stats.isDirectory()) return stats.size;
    return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
  } catch {
    return 0;
  }
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return lstatSync(folder).isDirectory();
  } catch {
    return false;
  }
}
