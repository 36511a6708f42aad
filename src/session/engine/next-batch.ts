// How many tokens go into the next batch. On CPUs llama.cpp computes batches of 64 rows and more by other kernels than smaller
// ones, and so what a group of four rows leaves over: the rows round otherwise, and a greedy answer may come out as another. So
// where batches end may depend on what is evaluated, not on how fast that goes, nor on how many blocks in front were restored.
import { blockTokens } from "../../cache/block-key.ts";

/** Measured with K and V in F16: rows of smaller batches are others. */
export const smallestBatch = 64;

export interface BatchLimits {
  /** No batch is larger. */
  readonly most: number;
  /** A batch of so many, 64 or more, is soon done. */
  readonly wanted: number;
}

/** Of the positions `[start, end)`: 64 or more at once, but for what is less anyway, and what lies behind the last block's end. */
export function nextBatch(start: number, end: number, { most, wanted }: BatchLimits): number {
  const behindBlock = end % blockTokens;
  const isApart = behindBlock < smallestBatch && start < end - behindBlock;
  const left = (isApart ? end - behindBlock : end) - start;
  if (left <= wanted || most < smallestBatch) return Math.min(left, most);
  const size = wanted - (wanted % smallestBatch);
  if (left - size >= smallestBatch) return size;
  return left <= most ? left : Math.max(size - smallestBatch, smallestBatch);
}
