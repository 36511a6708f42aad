// The arithmetic of a comparison: divergence at one position, and what is typical of many.
import type { Agreement, Distribution, Histogram } from "./report.ts";

/** A share below this counts as this: sums of single-precision logits are not more exact. */
const smallestRest = 1e-9;

export interface Divergence {
  /** Kullback-Leibler divergence in nats, the tokens that are not listed taken as one. */
  readonly nats: number;
  /** Most that the others can add to it; see `Agreement.missing`. */
  readonly missing: number;
}

/**
 * From the baseline's log-probabilities of its most probable tokens and another cache's of the same tokens. Taking several tokens
 * as one can only lower a divergence (log sum inequality), so `nats` is a lower bound.
 */
export function divergence(baseline: ArrayLike<number>, other: ArrayLike<number>): Divergence {
  let nats = 0;
  let baselineSum = 0;
  let otherSum = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < baseline.length; i++) {
    const [p, q] = [baseline[i] as number, other[i] as number];
    const moved = p - q;
    nats += Math.exp(p) * moved;
    baselineSum += Math.exp(p);
    otherSum += Math.exp(q);
    lowest = Math.min(lowest, moved);
    highest = Math.max(highest, moved);
  }
  const rest = Math.max(smallestRest, 1 - baselineSum);
  const otherRest = Math.max(smallestRest, 1 - otherSum);
  nats += rest * Math.log(rest / otherRest);
  // What is left of rounding where both are the same.
  return { nats: Math.max(0, nats), missing: baseline.length === 0 ? 0 : (rest * (highest - lowest) ** 2) / 8 };
}

/** Quantiles lie between the two nearest values, in proportion. Throws for no values at all. */
export function distributionOf(values: readonly number[]): Distribution {
  if (values.length === 0) throw new Error("there is nothing to summarise");
  const sorted = Float64Array.from(values).sort();
  const quantile = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
    return low + (high - low) * (place - Math.floor(place));
  };
  const { mean, stderr } = meanOf(values);
  return { mean, stderr, median: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), max: quantile(1) };
}

/** From 1e-7 nats, about what rounding alone does, to 10, in bins of a quarter of a decade. */
export function histogramOf(values: readonly number[]): Histogram {
  const [lowest, binsPerDecade, decades] = [1e-7, 4, 8];
  const tokens = new Array<number>(binsPerDecade * decades + 2).fill(0);
  for (const value of values) {
    const bin = value < lowest ? 0 : 1 + Math.floor(binsPerDecade * Math.log10(value / lowest));
    const at = Math.min(bin, tokens.length - 1);
    tokens[at] = (tokens[at] as number) + 1;
  }
  return { lowest, binsPerDecade, tokens };
}

export function median(values: readonly number[]): number {
  return distributionOf(values).median;
}

/** The mean and its standard error, 0 for a single value. */
export function meanOf(values: readonly number[]): { mean: number; stderr: number } {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, stderr: count > 1 ? Math.sqrt(squares / (count - 1) / count) : 0 };
}

/** One scored position, under the cache in question and under the baseline. */
export interface ScoredToken extends Divergence {
  /** Log-probability of the token that the text goes on with. */
  readonly logProb: number;
  readonly baselineLogProb: number;
  /** Both expect the same token first. */
  readonly agrees: boolean;
}

/** Undefined where nothing was scored. */
export function agreementOf(scored: readonly ScoredToken[]): Agreement | undefined {
  if (scored.length === 0) return undefined;
  const surprise = meanOf(scored.map(({ logProb }) => -logProb));
  const difference = meanOf(scored.map(({ logProb, baselineLogProb }) => baselineLogProb - logProb));
  const perplexity = Math.exp(surprise.mean);
  const perplexityRatio = Math.exp(difference.mean);
  const moved = scored.map(({ nats }) => nats);
  return {
    kld: { ...distributionOf(moved), histogram: histogramOf(moved) },
    missing: meanOf(scored.map(({ missing }) => missing)).mean,
    topAgreement: scored.filter(({ agrees }) => agrees).length / scored.length,
    perplexity,
    perplexityError: perplexity * surprise.stderr,
    perplexityRatio,
    perplexityRatioError: perplexityRatio * difference.stderr,
    tokens: scored.length,
  };
}
