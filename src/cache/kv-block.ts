// What a block and a tail hold, as a safetensors file that other tools read:
//   tokens        I32 [n]                 the token ids
//   layers.N.k    [n, values] or [n, row bytes]   one row a token, F16, F32, BF16 as themselves, quantised rows as U8
//   layers.N.v    the same for V; layers are numbered as llama.cpp's state file has them
//   sliding.N.k, sliding.N.v [m, …]       in the tails of models with a sliding window: its rows, m positions up to the end
// Metadata: parent (the key before), first_position, end (the position behind the last), k_type and v_type (ggml's names),
// caches (1, or 2 with a window).
import { isKey, type Key, littleEndian } from "./block-key.ts";
import type { NewEntry } from "./block-store.ts";
import { type RowLayout, type RowPart, rowParts } from "./row-layout.ts";
import type { Dtype, PlacedTensor, Tensor } from "./safetensors.ts";
import { SealError, type Unsealed } from "./sealed-file.ts";
import { isQuantised, type KvType, kvTypes, rowBytes, valuesInRow } from "./types.ts";

/** Rows in position order, part by part (see row-layout.ts). */
export interface Rows {
  readonly layout: RowLayout;
  readonly count: number;
  readonly bytes: Uint8Array;
}

export interface KvBlock {
  readonly parent: Key;
  /** Position of its first token. */
  readonly firstPosition: number;
  readonly tokens: readonly number[];
  readonly base: Rows;
  /** The model has layers that slide, whose rows are in tails alone. */
  readonly slides: boolean;
  /** Those of the positions up to the last token's. */
  readonly sliding?: Rows;
}

export function encodeBlock({ parent, firstPosition, tokens, base, slides, sliding }: KvBlock): NewEntry {
  const tensors: Tensor[] = [{ name: "tokens", dtype: "I32", shape: [tokens.length] }, ...rowTensors("layers", base)];
  if (sliding) tensors.push(...rowTensors("sliding", sliding));
  const { typeK, typeV } = base.layout;
  return {
    tensors,
    metadata: {
      parent,
      first_position: String(firstPosition),
      end: String(firstPosition + tokens.length),
      k_type: typeK,
      v_type: typeV,
      caches: slides ? "2" : "1",
    },
    data: [littleEndian(Int32Array.from(tokens)), base.bytes, ...(sliding ? [sliding.bytes] : [])],
  };
}

/** Throws a `SealError` where a checked file is not what `encodeBlock` makes. */
export function decodeBlock({ header, bytes }: Unsealed): KvBlock {
  const { parent = "", first_position, k_type, v_type } = header.metadata;
  const [ids, ...rest] = header.tensors;
  const count = ids?.shape[0];
  const firstPosition = Number(first_position);
  if (!isKey(parent) || !isKvType(k_type) || !isKvType(v_type) || !Number.isSafeInteger(firstPosition)) {
    throw new SealError("it does not say what it holds");
  }
  if (ids?.name !== "tokens" || ids.dtype !== "I32" || count === undefined || ids.shape.length !== 1) {
    throw new SealError("it names no tokens");
  }
  const split = rest.findIndex(({ name }) => name.startsWith("sliding."));
  const baseTensors = split < 0 ? rest : rest.slice(0, split);
  const slidingTensors = split < 0 ? [] : rest.slice(split);
  const view = new DataView(bytes.buffer, bytes.byteOffset + ids.start, ids.end - ids.start);
  return {
    parent,
    firstPosition,
    tokens: Array.from({ length: count }, (_, index) => view.getInt32(index * 4, true)),
    base: decodeRows("layers", baseTensors, k_type, v_type, bytes, count),
    slides: statesSliding(header.metadata),
    ...(slidingTensors.length > 0 && { sliding: decodeRows("sliding", slidingTensors, k_type, v_type, bytes) }),
  };
}

/** Whether a block's metadata tell that the model has layers that slide. */
export function statesSliding({ caches }: Readonly<Record<string, string>>): boolean {
  return caches === "2";
}

/** The tensor of `count` rows: `layers.3.k` for the K of layer 3 with `layers` in front. */
export function partTensor(prefix: string, part: RowPart, count: number): Tensor {
  return { name: `${prefix}.${part.layer}.${part.part}`, dtype: dtypeOf(part.type), shape: [count, rowWidth(part)] };
}

function rowTensors(prefix: string, { layout, count }: Rows): Tensor[] {
  return rowParts(layout).map((part) => partTensor(prefix, part, count));
}

function decodeRows(
  prefix: string,
  tensors: readonly PlacedTensor[],
  typeK: KvType,
  typeV: KvType,
  bytes: Uint8Array,
  expected?: number,
): Rows {
  const layers = Array.from({ length: tensors.length / 2 }, (_, layer) => ({
    k: bytesOfRow(tensors[2 * layer], typeK),
    v: bytesOfRow(tensors[2 * layer + 1], typeV),
  }));
  const count = expected ?? tensors[0]?.shape[0] ?? 0;
  const layout = { typeK, typeV, layers };
  const wanted = rowTensors(prefix, { layout, count, bytes });
  const [first] = tensors;
  if (
    !first ||
    JSON.stringify(wanted) !== JSON.stringify(tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })))
  ) {
    throw new SealError("its tensors are not those of a KV cache");
  }
  return { layout, count, bytes: bytes.subarray(first.start, tensors.at(-1)?.end) };
}

function dtypeOf(type: KvType): Dtype {
  if (isQuantised(type)) return "U8";
  return ({ f32: "F32", f16: "F16", bf16: "BF16" } as Record<string, Dtype>)[type] as Dtype;
}

function rowWidth({ type, rowBytes }: RowPart): number {
  return isQuantised(type) ? rowBytes : (valuesInRow(type, rowBytes) as number);
}

function bytesOfRow(tensor: PlacedTensor | undefined, type: KvType): number {
  const width = tensor?.shape[1] ?? 0;
  return isQuantised(type) ? width : rowBytes(type, width);
}

function isKvType(name: string | undefined): name is KvType {
  return kvTypes.includes(name as KvType);
}
