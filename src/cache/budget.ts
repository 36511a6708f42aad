// What a KV cache takes: bytes per token and per context, and how many tokens fit in a number of bytes.
import { type KvType, rowBytes } from "./types.ts";

/** One attention layer. Head sizes in values; a layer without a KV cache (recurrent) is left out of a shape. */
export interface KvLayer {
  readonly kvHeads: number;
  readonly headSizeK: number;
  readonly headSizeV: number;
  /** The layer looks back only a window of tokens, and keeps cells for no more. */
  readonly sliding: boolean;
}

export interface KvShape {
  readonly layers: readonly KvLayer[];
  /** Tokens a sliding layer looks back; 0 where no layer slides. */
  readonly slidingWindow: number;
  /** Bytes that recurrent layers keep, however long the context; absent where none is recurrent. */
  readonly stateBytes?: number;
}

export interface KvConfig {
  readonly typeK: KvType;
  readonly typeV: KvType;
  readonly batchSize: number;
  /** Sliding layers keep cells for the whole context. */
  readonly swaFull: boolean;
}

/** llama.cpp allocates cells in steps of 256 (llama-kv-cache-iswa.cpp, llama-context.cpp). */
const cellStep = 256;
const padCells = (cells: number) => Math.ceil(cells / cellStep) * cellStep;

function layerBytesPerToken(layer: KvLayer, { typeK, typeV }: KvConfig): number {
  return rowBytes(typeK, layer.headSizeK * layer.kvHeads) + rowBytes(typeV, layer.headSizeV * layer.kvHeads);
}

/** Bytes that one token takes in all layers. SmolLM2-135M: 23,040 in f16, 12,240 in q8_0, 6,480 in q4_0. */
export function bytesPerToken(shape: KvShape, config: KvConfig): number {
  return shape.layers.reduce((sum, layer) => sum + layerBytesPerToken(layer, config), 0);
}

/** Bytes that each further token takes once the sliding layers' windows are full. */
export function bytesPerTokenPastWindow(shape: KvShape, config: KvConfig): number {
  const growing = config.swaFull ? shape.layers : shape.layers.filter(({ sliding }) => !sliding);
  return growing.reduce((sum, layer) => sum + layerBytesPerToken(layer, config), 0);
}

/** Cells of a sliding layer: its window and one batch, never more than the context. */
export function slidingCells(shape: KvShape, config: KvConfig, contextSize: number): number {
  const cells = padCells(contextSize);
  return config.swaFull ? cells : padCells(Math.min(cells, shape.slidingWindow + config.batchSize));
}

/** Bytes that llama.cpp allocates for the cache of a context of `contextSize` tokens and one sequence. */
export function contextBytes(shape: KvShape, config: KvConfig, contextSize: number): number {
  const sliding = slidingCells(shape, config, contextSize);
  return shape.layers.reduce(
    (sum, layer) => sum + layerBytesPerToken(layer, config) * (layer.sliding ? sliding : padCells(contextSize)),
    shape.stateBytes ?? 0,
  );
}

/** Bytes that `tokens` tokens take of it: sliding layers hold a window of them, or all with `swaFull`. */
export function heldBytes(shape: KvShape, config: KvConfig, tokens: number): number {
  const inWindow = config.swaFull ? tokens : Math.min(tokens, shape.slidingWindow);
  return shape.layers.reduce(
    (sum, layer) => sum + layerBytesPerToken(layer, config) * (layer.sliding ? inWindow : tokens),
    tokens > 0 ? (shape.stateBytes ?? 0) : 0,
  );
}

/** The largest context, a multiple of 256 tokens, whose cache fits in `bytes`; 0 when not even the smallest does. */
export function largestContext(shape: KvShape, config: KvConfig, bytes: number): number {
  let low = 0;
  let high = 2 ** 24 / cellStep;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (contextBytes(shape, config, middle * cellStep) <= bytes) low = middle;
    else high = middle - 1;
  }
  return low * cellStep;
}
