// Where whole states lie for a moment, on their way between the engine and the store: in memory where the system has a folder of
// that kind, because a disk would flush them together with the store's files; else in the folder that the caller names.
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { freemem } from "node:os";
import { dirname, join } from "node:path";
import { isRunning } from "../cache/running-process.ts";

export interface ScratchFolderOptions {
  /** Used where there is no memory to spare. */
  readonly otherwise: string;
  /** The largest state. Up to three lie there at once: one that goes into the store, and one more before and after reordering. */
  readonly stateBytes: number;
}

const inMemory = "/dev/shm";
const prefix = "kvchat-";
const namePattern = /^kvchat-(\d+)-\w{6}$/;

/** A folder of this process, for the user alone (0700), made when it is first needed and when it has vanished. */
export class ScratchFolder implements AsyncDisposable {
  readonly #options: ScratchFolderOptions;
  #path: string | undefined;
  #files = 0;

  constructor(options: ScratchFolderOptions) {
    this.#options = options;
  }

  /** A path at which nothing is. Throws where the folder cannot be made. */
  newFile(): string {
    return join(this.#folder(), `${this.#files++}.state`);
  }

  /** Throws as `newFile`. */
  get isInMemory(): boolean {
    return dirname(this.#folder()) === inMemory;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#path) await rm(this.#path, { recursive: true, force: true }).catch(() => {});
  }

  #folder(): string {
    if (!this.#path || !existsSync(this.#path)) this.#path = this.#make();
    return this.#path;
  }

  #make(): string {
    const { otherwise, stateBytes } = this.#options;
    removeScratch(otherwise);
    const parent = freeBytes(inMemory) >= 3 * stateBytes ? inMemory : otherwise;
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    return mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  }
}

/** Of a folder in memory; 0 where there is no such folder. */
function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.min(bavail * bsize, freemem());
  } catch {
    return 0;
  }
}

/** Removes what processes have left that were killed; with `dryRun` nothing. Returns the files in it and their bytes. */
export function removeScratch(otherwise: string, { dryRun = false } = {}): { files: number; bytes: number } {
  const sizes = [inMemory, otherwise].flatMap(leftoversIn).flatMap((folder) => removeFolder(folder, dryRun));
  return { files: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
}

/** None where there is no such folder. */
function leftoversIn(parent: string): string[] {
  try {
    return readdirSync(parent)
      .filter((name) => isLeftover(namePattern.exec(name)?.[1]))
      .map((name) => join(parent, name));
  } catch {
    return [];
  }
}

function isLeftover(pid: string | undefined): boolean {
  return pid !== undefined && !isRunning(Number(pid));
}

/** Returns the sizes of the files in it; of another user's folder, which stays, none. */
function removeFolder(folder: string, dryRun: boolean): number[] {
  try {
    const sizes = readdirSync(folder).map((name) => lstatSync(join(folder, name)).size);
    if (!dryRun) rmSync(folder, { recursive: true, force: true });
    return sizes;
  } catch {
    return [];
  }
}
