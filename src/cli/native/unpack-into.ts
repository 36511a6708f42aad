// One place with unpacked native parts: found whole, or made whole. A folder gets its name only once all of it is there, so
// that any number of starts can do this at once and any of them can be killed.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { crc32, zstdDecompressSync } from "node:zlib";
import { isRunning } from "../../cache/running-process.ts";
import type { NativeFile, NativeFolder } from "./native-files.ts";
import { requirePrivate } from "./native-places.ts";

const workPrefix = ".unpacking-";
/** A work folder from another machine, whose process cannot be asked for, is left alone for so long. */
const oldestWorkMs = 60 * 60 * 1000;
const chunkBytes = 256 * 1024;

/** Returns `place`/<name>-<hash>, whole. Throws where it cannot be written, or is not the user's own. */
export function unpackInto(place: string, folder: NativeFolder): string {
  const path = join(place, `${folder.name}-${folder.contentHash.slice(0, 16)}`);
  const missing = findDamaged(path, folder.files);
  if (missing.length === 0) return path;
  removeLeftovers(place);
  const work = join(place, `${workPrefix}${process.pid}@${hostname()}@${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(work, { mode: 0o700 });
    for (const file of missing) unpackFile(work, file);
    install(work, path, missing);
    return path;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function unpackFile(work: string, file: NativeFile): void {
  const content = zstdDecompressSync(readFileSync(file.compressed));
  if (content.length !== file.bytes || crc32(content) !== file.crc32) {
    throw new Error(`${file.name} in the program itself is damaged: get it again`);
  }
  writeFileSync(join(work, file.name), content, { flag: "wx", mode: 0o600 });
}

/** As a whole where nothing is there yet. Else file by file, so that a start that already uses the folder loses nothing. */
function install(work: string, path: string, files: readonly NativeFile[]): void {
  try {
    renameSync(work, path);
    return;
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  requirePrivate(path);
  for (const { name } of files) renameSync(join(work, name), join(path, name));
}

function isTaken(error: unknown): boolean {
  return ["ENOTEMPTY", "EEXIST", "EPERM", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/**
 * Every start reads every byte: a cut or flipped file would end in a crash inside native code. With one small buffer this
 * takes 10 ms for 30 MB, and the pages are in memory when the loader asks for them. A checksum against damage is enough,
 * because whoever could write to the folder on purpose could do worse.
 */
function findDamaged(path: string, files: readonly NativeFile[]): NativeFile[] {
  if (!lstatSync(path, { throwIfNoEntry: false })) return [...files];
  requirePrivate(path);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  return files.filter((file) => {
    const stats = lstatSync(join(path, file.name), { throwIfNoEntry: false });
    return !stats?.isFile() || stats.size !== file.bytes || checksum(join(path, file.name), buffer) !== file.crc32;
  });
}

function checksum(path: string, buffer: Buffer): number {
  const file = openSync(path, "r");
  try {
    let sum = 0;
    for (;;) {
      const bytes = readSync(file, buffer);
      if (bytes === 0) return sum;
      sum = crc32(buffer.subarray(0, bytes), sum);
    }
  } finally {
    closeSync(file);
  }
}

/** Removes what killed starts left. */
function removeLeftovers(place: string): void {
  for (const name of readdirSync(place).filter((entry) => entry.startsWith(workPrefix))) {
    const [pid, host] = name.slice(workPrefix.length).split("@");
    const isAlive = host === hostname() ? isRunning(Number(pid)) : isYoung(join(place, name));
    if (!isAlive) rmSync(join(place, name), { recursive: true, force: true });
  }
}

function isYoung(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < oldestWorkMs;
}
