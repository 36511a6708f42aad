// Writes small GGUF files for tests: any metadata, tensors with or without their data.

const typeIds = { u8: 0, i8: 1, u16: 2, i16: 3, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, u64: 10, i64: 11, f64: 12 };
export type GgufTypeName = keyof typeof typeIds;

export interface TypedValue {
  type: GgufTypeName;
  value: number | boolean | string | (number | boolean | string)[];
}

/** Plain strings, booleans and string arrays are themselves, numbers are u32; anything else is a `TypedValue`. */
export type WriterValue = string | number | boolean | string[] | number[] | TypedValue;

export interface WriterTensor {
  name: string;
  shape: number[];
  /** ggml's number of the type; F32 by default. */
  type?: number;
}

export interface GgufContent {
  version?: number;
  metadata?: Record<string, WriterValue>;
  tensors?: WriterTensor[];
  /** Bytes of tensor data behind the header; by default what F32 tensors need. */
  dataBytes?: number;
}

export function ggufBytes(content: GgufContent): Buffer {
  const metadata = Object.entries(content.metadata ?? {});
  const tensors = content.tensors ?? [];
  const pieces = [Buffer.from("GGUF"), u32(content.version ?? 3), u64(tensors.length), u64(metadata.length)];
  for (const [key, value] of metadata) pieces.push(text(key), typedBytes(asTyped(value)));
  let offset = 0;
  for (const tensor of tensors) {
    pieces.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64));
    pieces.push(u32(tensor.type ?? 0), u64(offset));
    offset += Math.ceil((tensor.shape.reduce((product, size) => product * size, 1) * 4) / 32) * 32;
  }
  const header = Buffer.concat(pieces);
  const padding = Buffer.alloc((32 - (header.length % 32)) % 32);
  return Buffer.concat([header, padding, Buffer.alloc(content.dataBytes ?? offset)]);
}

/** The least that a chat model's file has; `changes` replace or, with undefined, remove metadata. */
export function chatGguf(changes: Record<string, WriterValue | undefined> = {}, architecture = "llama"): GgufContent {
  const metadata: Record<string, WriterValue | undefined> = {
    "general.architecture": architecture,
    "general.type": "model",
    "general.name": "Tiny",
    [`${architecture}.context_length`]: 64,
    [`${architecture}.embedding_length`]: 8,
    [`${architecture}.block_count`]: 2,
    [`${architecture}.attention.head_count`]: 2,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    ...changes,
  };
  const kept = Object.entries(metadata).filter((entry): entry is [string, WriterValue] => entry[1] !== undefined);
  return { metadata: Object.fromEntries(kept), tensors: [{ name: "token_embd.weight", shape: [8, 3] }] };
}

function asTyped(value: WriterValue): TypedValue {
  if (typeof value === "object" && !Array.isArray(value)) return value;
  const sample = Array.isArray(value) ? value[0] : value;
  const type = typeof sample === "string" ? "string" : typeof sample === "boolean" ? "bool" : "u32";
  return { type, value };
}

function typedBytes({ type, value }: TypedValue): Buffer {
  const id = typeIds[type];
  if (!Array.isArray(value)) return Buffer.concat([u32(id), scalar(type, value)]);
  return Buffer.concat([u32(9), u32(id), u64(value.length), ...value.map((element) => scalar(type, element))]);
}

function scalar(type: GgufTypeName, value: number | boolean | string): Buffer {
  if (type === "string") return text(String(value));
  const bytes = Buffer.alloc(
    { u8: 1, i8: 1, bool: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, u64: 8, i64: 8, f64: 8 }[type],
  );
  const number = Number(value);
  if (type === "f32") bytes.writeFloatLE(number);
  else if (type === "f64") bytes.writeDoubleLE(number);
  else if (type === "u64") bytes.writeBigUInt64LE(BigInt(number));
  else if (type === "i64") bytes.writeBigInt64LE(BigInt(number));
  else if (type.startsWith("i")) bytes.writeIntLE(number, 0, bytes.length);
  else bytes.writeUIntLE(number, 0, bytes.length);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
