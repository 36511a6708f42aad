// Reads the header of a GGUF file: its metadata and how many bytes its tensors need. Takes milliseconds also for a
// vocabulary of 262k tokens, and trusts no length in the file: a bad one is a GgufError, never a crash or an endless loop.
import { readSync } from "node:fs";
import { open } from "node:fs/promises";
import { blockLayout } from "./ggml-types.ts";
import { GgufCursor, GgufError } from "./gguf-cursor.ts";

export type GgufScalar = number | boolean | string;
export type GgufValue = GgufScalar | GgufScalar[];

export interface GgufHeader {
  version: number;
  /** Scalars and arrays of at most 1,024 numbers or 64 strings; longer ones have their length in `arrayLengths` alone. */
  metadata: Map<string, GgufValue>;
  /** Elements of every array. */
  arrayLengths: Map<string, number>;
  tensorCount: number;
  /** Weights in all tensors of this file. */
  parameters: number;
  fileBytes: number;
  /** Bytes that the file must have to hold all tensors; more than `fileBytes` in one that was cut off. */
  requiredBytes: number;
  /** Which part of a split model this is, counted from 0. */
  split: { no: number; count: number } | undefined;
}

const mostNumbersKept = 1024;
const mostStringsKept = 64;
const typeString = 8;
const typeArray = 9;

type ScalarReader = { bytes: number; read: (cursor: GgufCursor) => GgufScalar };
const number = (bytes: number, read: (buffer: Buffer, at: number) => number | bigint): ScalarReader => ({
  bytes,
  read: (cursor) => cursor.number(read, bytes),
});
/** By GGUF's number of the type. `bytes` is the least that a value takes. */
const scalars: Record<number, ScalarReader> = {
  0: number(1, (buffer, at) => buffer.readUInt8(at)),
  1: number(1, (buffer, at) => buffer.readInt8(at)),
  2: number(2, (buffer, at) => buffer.readUInt16LE(at)),
  3: number(2, (buffer, at) => buffer.readInt16LE(at)),
  4: number(4, (buffer, at) => buffer.readUInt32LE(at)),
  5: number(4, (buffer, at) => buffer.readInt32LE(at)),
  6: number(4, (buffer, at) => buffer.readFloatLE(at)),
  7: { bytes: 1, read: (cursor) => cursor.u8() !== 0 },
  [typeString]: { bytes: 8, read: (cursor) => cursor.string() },
  10: number(8, (buffer, at) => buffer.readBigUInt64LE(at)),
  11: number(8, (buffer, at) => buffer.readBigInt64LE(at)),
  12: number(8, (buffer, at) => buffer.readDoubleLE(at)),
};

/** Reads the header of the regular file at `path`. Throws a GgufError for what is no sound GGUF, else the system's error. */
export async function readGguf(path: string): Promise<GgufHeader> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    return readHeader(new GgufCursor((window, at) => readSync(file.fd, window, 0, window.length, at), size));
  } finally {
    await file.close();
  }
}

/**
 * Reads the header from the beginning of a file of `fileBytes` bytes. Throws a GgufError with the fault `truncated` where `head`
 * ends before the header does.
 */
export function readGgufHead(head: Buffer, fileBytes: number): GgufHeader {
  const cursor = new GgufCursor((window, at) => head.copy(window, 0, at), head.length);
  return { ...readHeader(cursor), fileBytes };
}

function readHeader(cursor: GgufCursor): GgufHeader {
  const version = readVersion(cursor);
  const tensorCount = cursor.size();
  const keyCount = cursor.size();
  const { metadata, arrayLengths } = readMetadata(cursor, keyCount);
  const tensors = readTensors(cursor, tensorCount);
  const dataStart = alignUp(cursor.position, readAlignment(metadata));
  const count = metadata.get("split.count");
  const no = metadata.get("split.no");
  const isSplit = typeof count === "number" && typeof no === "number" && count > 1;
  return {
    version,
    metadata,
    arrayLengths,
    tensorCount,
    parameters: tensors.parameters,
    fileBytes: cursor.fileBytes,
    requiredBytes: tensorCount === 0 ? cursor.position : dataStart + tensors.dataBytes,
    split: isSplit ? { no, count } : undefined,
  };
}

function readVersion(cursor: GgufCursor): number {
  if (cursor.fileBytes < 4 || cursor.u32() !== 0x46554747) throw new GgufError("not-gguf", "it is not a GGUF file");
  const version = cursor.u32();
  if (version > 0 && (version & 0xffff) === 0)
    throw new GgufError("unsupported", "it is written for big-endian machines");
  if (version === 1) throw new GgufError("unsupported", "it is in version 1 of GGUF, which llama.cpp no longer reads");
  if (version === 0) throw new GgufError("damaged", "it is in version 0 of GGUF, which does not exist");
  if (version > 3) throw new GgufError("unsupported", `it is in version ${version} of GGUF; this kvchat reads 2 and 3`);
  return version;
}

function readMetadata(cursor: GgufCursor, keyCount: number) {
  const metadata = new Map<string, GgufValue>();
  const arrayLengths = new Map<string, number>();
  for (let index = 0; index < keyCount; index++) {
    const key = cursor.string();
    const type = cursor.u32();
    if (type !== typeArray) {
      metadata.set(key, scalarReader(type).read(cursor));
      continue;
    }
    const elementType = cursor.u32();
    const length = cursor.size();
    arrayLengths.set(key, length);
    const elements = readArray(cursor, elementType, length);
    if (elements) metadata.set(key, elements);
  }
  return { metadata, arrayLengths };
}

function readArray(cursor: GgufCursor, elementType: number, length: number): GgufScalar[] | undefined {
  const reader = scalarReader(elementType);
  if (length <= (elementType === typeString ? mostStringsKept : mostNumbersKept)) {
    return Array.from({ length }, () => reader.read(cursor));
  }
  if (elementType === typeString) for (let index = 0; index < length; index++) cursor.skipString();
  else cursor.skip(length * reader.bytes);
  return undefined;
}

function scalarReader(type: number): ScalarReader {
  const reader = scalars[type];
  if (!reader) throw new GgufError("damaged", `its metadata holds a value of unknown type ${type}`);
  return reader;
}

function readTensors(cursor: GgufCursor, tensorCount: number) {
  let dataBytes = 0;
  let parameters = 0;
  for (let index = 0; index < tensorCount; index++) {
    cursor.skipString();
    const dimensionCount = cursor.u32();
    if (dimensionCount > 4) throw new GgufError("damaged", `a tensor has ${dimensionCount} dimensions`);
    let elements = 1;
    let rowElements = 1;
    for (let dimension = 0; dimension < dimensionCount; dimension++) {
      const size = cursor.size();
      if (dimension === 0) rowElements = size;
      elements *= size;
    }
    const type = cursor.u32();
    const layout = blockLayout(type);
    if (!layout)
      throw new GgufError("unsupported", `it holds tensors of type ${type}, which this kvchat does not know`);
    if (rowElements % layout.elements !== 0 || !Number.isSafeInteger(elements)) {
      throw new GgufError("damaged", "a tensor has an impossible shape");
    }
    dataBytes = Math.max(dataBytes, cursor.size() + (elements / layout.elements) * layout.bytes);
    parameters += elements;
  }
  return { dataBytes, parameters };
}

function readAlignment(metadata: Map<string, GgufValue>): number {
  const alignment = metadata.get("general.alignment") ?? 32;
  const sound = typeof alignment === "number" && alignment > 0 && Number.isInteger(Math.log2(alignment));
  if (!sound) throw new GgufError("damaged", "its alignment is not a power of two");
  return alignment;
}

function alignUp(position: number, alignment: number): number {
  return Math.ceil(position / alignment) * alignment;
}
