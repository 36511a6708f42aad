// A file appears whole or not at all: it is written under another name in the same folder, flushed, measured, then renamed.
import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isRunning } from "./running-process.ts";
import { errorCode, StoreError, toStoreError } from "./store-error.ts";

const suffix = ".tmp";
/** Tells this process's files from those of an earlier one that had the same number. */
const processMark = randomBytes(4).toString("hex");
const namePattern = /^\.(\d+)-([0-9a-f]{8})-\d+\.tmp$/;
/** A file that was written to so lately may belong to a process that cannot be seen from here, in another container. */
const freshMs = 60_000;
let count = 0;

/**
 * `write` fills the file and returns its length in bytes. Readable by the user alone (0600), as are folders that are made
 * (0700). Throws a `StoreError`, and leaves nothing behind.
 */
export async function writeWhole(path: string, write: (file: FileHandle) => Promise<number>): Promise<number> {
  const temporary = temporaryPath(path);
  let file: FileHandle | undefined;
  try {
    file = await openNew(temporary);
    const bytes = await write(file);
    await file.sync();
    const { size } = await file.stat();
    if (size !== bytes) throw new StoreError("full", new Error(`${size} of ${bytes} bytes arrived`));
    await file.close();
    await rename(temporary, path);
    return bytes;
  } catch (error) {
    await file?.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw toStoreError(error);
  }
}

/** A name of this process's own beside `path`. What is left there when the process dies goes with the garbage. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${process.pid}-${processMark}-${count++}${suffix}`);
}

/** Whether a file in the store is what a process left that has died in mid-write. */
export function isLeftover(name: string, modifiedMs: number, nowMs: number): boolean {
  const [, writer, mark] = namePattern.exec(name) ?? [];
  if (!writer || nowMs - modifiedMs < freshMs) return false;
  return mark !== processMark && (Number(writer) === process.pid || !isRunning(Number(writer)));
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, "wx", 0o600);
  }
}
