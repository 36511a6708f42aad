// The types a KV cache can have: bytes per row, and which head sizes they fit.
// Source: ggml.h block sizes; the list is what runs on llama.cpp v0.5.0 (others crash it or silently become F16).

interface KvTypeFacts {
  /** Values in a block; a head's size must be a multiple of it. */
  readonly blockSize: number;
  readonly blockBytes: number;
  /** Its number in `enum ggml_type` (ggml.h). */
  readonly ggml: number;
}

const facts = {
  f32: { blockSize: 1, blockBytes: 4, ggml: 0 },
  f16: { blockSize: 1, blockBytes: 2, ggml: 1 },
  bf16: { blockSize: 1, blockBytes: 2, ggml: 30 },
  q8_0: { blockSize: 32, blockBytes: 34, ggml: 8 },
  q5_1: { blockSize: 32, blockBytes: 24, ggml: 7 },
  q5_0: { blockSize: 32, blockBytes: 22, ggml: 6 },
  q4_1: { blockSize: 32, blockBytes: 20, ggml: 3 },
  q4_0: { blockSize: 32, blockBytes: 18, ggml: 2 },
  iq4_nl: { blockSize: 32, blockBytes: 18, ggml: 20 },
} as const satisfies Record<string, KvTypeFacts>;

export type KvType = keyof typeof facts;
export const kvTypes = Object.keys(facts) as KvType[];

/** Bytes of `values` numbers in a row of this type. `values` is a multiple of the type's block size. */
export function rowBytes(type: KvType, values: number): number {
  const { blockSize, blockBytes } = facts[type];
  return (values / blockSize) * blockBytes;
}

/** The inverse: how many numbers a row of `bytes` holds; undefined where that is no whole number of blocks. */
export function valuesInRow(type: KvType, bytes: number): number | undefined {
  const { blockSize, blockBytes } = facts[type];
  return bytes > 0 && bytes % blockBytes === 0 ? (bytes / blockBytes) * blockSize : undefined;
}

/** The type's number in `enum ggml_type`, as llama.cpp's options and state files have it. */
export function ggmlType(type: KvType): number {
  return facts[type].ggml;
}

/** Undefined for a type that no cache of ours can have. */
export function kvTypeOf(ggml: number): KvType | undefined {
  return kvTypes.find((type) => facts[type].ggml === ggml);
}

/** `q8_0` where K and V are alike, otherwise `q8_0/q4_0`: as `--kv` takes it. */
export function typesName({ typeK, typeV }: { readonly typeK: string; readonly typeV: string }): string {
  return typeK === typeV ? typeK : `${typeK}/${typeV}`;
}

/** Quantised values need flash attention: without it V is stored transposed, which blocks do not allow. */
export function isQuantised(type: KvType): boolean {
  return facts[type].blockSize > 1;
}

export function fitsHeadSize(type: KvType, headSize: number): boolean {
  return headSize % facts[type].blockSize === 0;
}
