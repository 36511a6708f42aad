// How many tokens go into the next batch. On CPUs llama.cpp computes batches of 64 rows and more by other kernels than smaller
// ones, and so what a group of four rows leaves over: the rows round otherwise, and a greedy answer may come out as another. So
// where batches end may depend on what is evaluated, not on how fast that goes; and of a chat's first prompt so many tokens are left
// to evaluate behind blocks of other chats (see kv-saving.ts) that their batch is of the same kind.

/** Measured with K and V in F16: rows of smaller batches are others. */
export const smallestBatch = 64;

export interface BatchLimits {
  /** No batch is larger. */
  readonly most: number;
  /** A batch of so many, 64 or more, is soon done. */
  readonly wanted: number;
}

/** Of `left` tokens: 64 or more at once, where there are so many. */
export function nextBatch(left: number, { most, wanted }: BatchLimits): number {
  if (left <= wanted || most < smallestBatch) return Math.min(left, most);
  const size = wanted - (wanted % smallestBatch);
  if (left - size >= smallestBatch) return size;
  return left <= most ? left : Math.max(size - smallestBatch, smallestBatch);
}
