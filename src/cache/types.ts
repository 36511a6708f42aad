// The types a KV cache can have: bytes per row, and which head sizes they fit.
// Source: ggml.h block sizes; the list is what runs on llama.cpp v0.5.0 (others crash it or silently become F16).

interface KvTypeFacts {
  /** Values in a block; a head's size must be a multiple of it. */
  readonly blockSize: number;
  readonly blockBytes: number;
}

const facts = {
  f32: { blockSize: 1, blockBytes: 4 },
  f16: { blockSize: 1, blockBytes: 2 },
  bf16: { blockSize: 1, blockBytes: 2 },
  q8_0: { blockSize: 32, blockBytes: 34 },
  q5_1: { blockSize: 32, blockBytes: 24 },
  q5_0: { blockSize: 32, blockBytes: 22 },
  q4_1: { blockSize: 32, blockBytes: 20 },
  q4_0: { blockSize: 32, blockBytes: 18 },
  iq4_nl: { blockSize: 32, blockBytes: 18 },
} as const satisfies Record<string, KvTypeFacts>;

export type KvType = keyof typeof facts;
export const kvTypes = Object.keys(facts) as KvType[];

/** Bytes of `values` numbers in a row of this type. `values` is a multiple of the type's block size. */
export function rowBytes(type: KvType, values: number): number {
  const { blockSize, blockBytes } = facts[type];
  return (values / blockSize) * blockBytes;
}

/** Quantised values need flash attention: without it V is stored transposed, which blocks do not allow. */
export function isQuantised(type: KvType): boolean {
  return facts[type].blockSize > 1;
}

export function fitsHeadSize(type: KvType, headSize: number): boolean {
  return headSize % facts[type].blockSize === 0;
}
