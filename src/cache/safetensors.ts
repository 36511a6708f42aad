// The safetensors format: u64 length of a JSON header, the header, the tensors' bytes without gaps.
// Source: https://github.com/huggingface/safetensors, README "Format" and safetensors/src/tensor.rs (what readers refuse).

const dtypeBytes = { U8: 1, F16: 2, BF16: 2, I32: 4, F32: 4 } as const;

/** The dtypes that a KV cache needs. */
export type Dtype = keyof typeof dtypeBytes;

export interface Tensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

export interface PlacedTensor extends Tensor {
  /** Its first byte in the file, and the one behind its last. */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes, which they cover without gaps. */
  readonly tensors: readonly PlacedTensor[];
  /** Bytes of the whole file. */
  readonly fileBytes: number;
}

/** A file that is no safetensors file, or not a whole one. `message` is the reason, for people. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
}

/** Bytes of the length before the JSON. */
export const lengthBytes = 8;
/** Readers refuse longer headers. */
const longestHeader = 100_000_000;

export function tensorBytes({ dtype, shape }: Tensor): number {
  return shape.reduce((product, size) => product * size, dtypeBytes[dtype]);
}

/** The length and the JSON, to be followed by the tensors' bytes in this order. Metadata comes first in the JSON. */
export function encodeHeader(tensors: readonly Tensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  let offset = 0;
  const entries = tensors.map((tensor) => {
    const start = offset;
    offset += tensorBytes(tensor);
    return [tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [start, offset] }];
  });
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  // Padded so that the tensors begin at a multiple of 8.
  const header = new Uint8Array(lengthBytes + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - lengthBytes), true);
  header.set(json, lengthBytes);
  return header;
}

/** Bytes of the header with its length, from the file's first 8 bytes. Throws a `SafetensorsError`. */
export function headerBytes(first: Uint8Array, fileBytes: number): number {
  if (first.length < lengthBytes) throw new SafetensorsError("the file is too short to be one");
  const length = Number(new DataView(first.buffer, first.byteOffset, lengthBytes).getBigUint64(0, true));
  if (length > longestHeader || lengthBytes + length > fileBytes) {
    throw new SafetensorsError(`a header of ${length} bytes does not fit the file`);
  }
  return lengthBytes + length;
}

/** Checks that the tensors cover the file exactly, and each as its dtype and shape say. Throws a `SafetensorsError`. */
export function decodeHeader(header: Uint8Array, fileBytes: number): SafetensorsHeader {
  const { __metadata__: metadata = {}, ...entries } = parseObject(header.subarray(lengthBytes));
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw new SafetensorsError("metadata that is not text");
  }
  const tensors = Object.entries(entries)
    .map(([name, entry]) => decodeTensor(name, entry, header.length))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = header.length;
  for (const tensor of tensors) {
    if (tensor.start !== end) throw new SafetensorsError(`${tensor.name} does not begin where the one before it ends`);
    end = tensor.end;
  }
  if (end !== fileBytes) throw new SafetensorsError(`${fileBytes} bytes, not the ${end} that its header describes`);
  return { metadata: metadata as Record<string, string>, tensors, fileBytes };
}

function decodeTensor(name: string, entry: unknown, dataStart: number): PlacedTensor {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtype !== "string" || !Object.hasOwn(dtypeBytes, dtype)) {
    throw new SafetensorsError(`${name} has a dtype that a KV cache has not`);
  }
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(`${name} has no shape or no place`);
  }
  const tensor = { name, dtype: dtype as Dtype, shape };
  const [start, end] = offsets as [number, number];
  if (end - start !== tensorBytes(tensor)) throw new SafetensorsError(`${name} has other bytes than its shape says`);
  return { ...tensor, start: dataStart + start, end: dataStart + end };
}

function parseObject(json: Uint8Array): Record<string, unknown> {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
    if (isRecord(value)) return value;
  } catch {}
  throw new SafetensorsError("a header that is not JSON");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
