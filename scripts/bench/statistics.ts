// The few statistics of the bench: what is typical of the rounds, and how far they lie apart.
import type { Bound, Comparison } from "./subject.ts";

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Throws for no values at all. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  if (low === undefined || high === undefined) throw new Error("there is nothing to take the median of");
  return { median: (low + high) / 2, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** Round by round, so that what slows the machine for a while slows both sides of one comparison. */
export function compareRounds(
  comparison: Comparison,
  kvchat: readonly number[],
  rival: readonly number[] = [],
): number[] {
  return kvchat.map((figure, round) => {
    const other = rival[round];
    if (comparison === "alone" || other === undefined) return figure;
    if (comparison === "difference") return figure - other;
    return comparison === "ratio" ? figure / other : other / figure;
  });
}

/** Whether the median keeps the bound. */
export function keepsBound(results: readonly number[], bound: Bound): boolean {
  const { median } = spreadOf(results);
  return bound.side === "at least" ? median >= bound.value : median <= bound.value;
}
