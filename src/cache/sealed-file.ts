// A safetensors file that says what it is and can prove that it is whole: kind, key and checksum stand in its metadata.
// The checksum is the CRC-32 of the whole file with its own eight digits as zeros. It finds every flipped bit and every short
// burst, swapped files are found by the key, and it costs a twentieth of SHA-256, which a resume would spend its time on.
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { readFully, writeFully } from "./file-bytes.ts";
import {
  decodeHeader,
  encodeHeader,
  headerBytes,
  lengthBytes,
  type SafetensorsHeader,
  type Tensor,
} from "./safetensors.ts";

export interface Seal {
  readonly kind: string;
  readonly key: string;
}

/** A file that is damaged, or another than was asked for. `message` is the reason, for people. */
export class SealError extends Error {
  override readonly name = "SealError";
}

const zeros = "00000000";
const checksumAt = lengthBytes + '{"__metadata__":{"crc32":"'.length;
const chunkBytes = 1 << 20;
/** A block, and a tail with its window, of the largest models take less. */
const largestInMemory = 2 ** 32;

/** Writes the whole file; `data` are the tensors' bytes in order. Returns its length. */
export async function writeSealed(
  file: FileHandle,
  seal: Seal,
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>>,
  data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const header = encodeHeader(tensors, { crc32: zeros, ...metadata, kind: seal.kind, key: seal.key });
  let size = 0;
  let checksum = 0;
  const append = async (bytes: Uint8Array) => {
    checksum = crc32(bytes, checksum);
    await writeFully(file, bytes, size);
    size += bytes.length;
  };
  await append(header);
  for await (const bytes of data) await append(bytes);
  await writeFully(file, new TextEncoder().encode(hex(checksum)), checksumAt);
  return size;
}

export interface Unsealed {
  readonly header: SafetensorsHeader;
  /** The whole file; tensors' places in the header count from its start. */
  readonly bytes: Uint8Array;
}

/** Reads a file into memory and checks all of it. Throws a `SealError`. */
export async function readSealed(file: FileHandle, seal: Seal): Promise<Unsealed> {
  const { size } = await file.stat();
  if (size > largestInMemory) throw new SealError("it is too large");
  const bytes = new Uint8Array(size);
  await readOrRefuse(file, bytes, 0);
  const header = decodeHeader(bytes.subarray(0, headerBytes(bytes, size)), size);
  checkSeal(header, seal);
  const claimed = takeChecksum(bytes);
  if (hex(crc32(bytes)) !== claimed) throw new SealError("its checksum does not match");
  return { header, bytes };
}

/** Checks a file of any size; `take` gets the tensors' bytes before it is known that they are good. Throws a `SealError`. */
export async function scanSealed(
  file: FileHandle,
  seal: Seal,
  take: (bytes: Uint8Array) => Promise<void> = async () => {},
): Promise<SafetensorsHeader> {
  const { head, header } = await readHead(file, seal);
  const claimed = takeChecksum(head);
  let checksum = crc32(head);
  const chunk = new Uint8Array(chunkBytes);
  for (let done = head.length; done < header.fileBytes; done += chunkBytes) {
    const bytes = chunk.subarray(0, Math.min(chunkBytes, header.fileBytes - done));
    await readOrRefuse(file, bytes, done);
    checksum = crc32(bytes, checksum);
    await take(bytes);
  }
  if (hex(checksum) !== claimed) throw new SealError("its checksum does not match");
  return header;
}

/** The header alone: what the file claims to be, not checked against its checksum. Throws a `SealError`. */
export async function peekSealed(file: FileHandle, seal: Seal): Promise<SafetensorsHeader> {
  return (await readHead(file, seal)).header;
}

async function readHead(file: FileHandle, seal: Seal) {
  const { size } = await file.stat();
  const first = new Uint8Array(Math.min(lengthBytes, size));
  await readOrRefuse(file, first, 0);
  const head = new Uint8Array(headerBytes(first, size));
  await readOrRefuse(file, head, 0);
  const header = decodeHeader(head, size);
  checkSeal(header, seal);
  return { head, header };
}

async function readOrRefuse(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  if (!(await readFully(file, target, position))) throw new SealError("it became shorter while it was read");
}

function checkSeal({ metadata }: SafetensorsHeader, { kind, key }: Seal): void {
  if (metadata.kind !== kind) throw new SealError(`it is no ${kind}`);
  if (metadata.key !== key) throw new SealError("it holds what belongs to another key");
}

/** The eight digits, which become the zeros that they were computed with. */
function takeChecksum(head: Uint8Array): string {
  const place = head.subarray(checksumAt, checksumAt + zeros.length);
  const claimed = new TextDecoder().decode(place);
  place.fill(zeros.charCodeAt(0));
  return claimed;
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(zeros.length, "0");
}
