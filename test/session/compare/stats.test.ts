// Divergences and distributions: known values, and what holds for all of them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  agreementOf,
  distributionOf,
  divergence,
  histogramOf,
  type ScoredToken,
} from "../../../src/session/compare/stats.ts";

const logs = (...shares: number[]) => shares.map(Math.log);

/** Probabilities of a whole vocabulary, the largest first, and of the same tokens elsewhere. */
const vocabularies = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 })), {
    minLength: 2,
    maxLength: 40,
  })
  .map((weights) => {
    const sorted = weights.toSorted(([a], [b]) => b - a);
    const share = (side: 0 | 1) => {
      const total = sorted.reduce((sum, pair) => sum + pair[side], 0);
      return sorted.map((pair) => pair[side] / total);
    };
    return { p: share(0), q: share(1) };
  });

const exact = (p: readonly number[], q: readonly number[]) =>
  p.reduce((sum, share, token) => sum + share * Math.log(share / (q[token] as number)), 0);

describe("divergence", () => {
  test.each([
    ["of two known distributions", [0.5, 0.5], [0.25, 0.75], 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)],
    ["where the rest is one token", [0.6, 0.3], [0.5, 0.3], 0.6 * Math.log(1.2) + 0.1 * Math.log(0.5)],
    ["where nothing is listed", [], [], 0],
  ])("%s", (_, p, q, expected) => {
    expect(divergence(logs(...p), logs(...q)).nats).toBeCloseTo(expected, 9);
  });

  test("is exactly 0 from itself, with nothing missing", () => {
    fc.assert(
      fc.property(vocabularies, fc.nat(39), ({ p }, listed) => {
        const same = logs(...p.slice(0, listed + 1));
        expect(divergence(same, same)).toEqual({ nats: 0, missing: 0 });
      }),
    );
  });

  test("of all tokens is the true one; of some it is no more, and lacks no more than it says", () => {
    fc.assert(
      fc.property(vocabularies, fc.integer({ min: 1, max: 40 }), ({ p, q }, listed) => {
        const all = divergence(logs(...p), logs(...q)).nats;
        expect(all).toBeCloseTo(exact(p, q), 6);
        const some = divergence(logs(...p.slice(0, listed)), logs(...q.slice(0, listed)));
        expect(some.nats).toBeLessThanOrEqual(all + 1e-6);
        const moves = p.map((share, token) => Math.log(share / (q[token] as number)));
        const range = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
        if (listed < p.length && range(moves.slice(0, listed)) >= range(moves.slice(listed))) {
          expect(all - some.nats).toBeLessThanOrEqual(some.missing + 1e-6);
        }
      }),
    );
  });
});

describe("a distribution", () => {
  test("of ten values", () => {
    const { mean, stderr, median, p90, p99, max } = distributionOf([9, 1, 8, 2, 7, 3, 6, 4, 5, 10]);
    expect({ mean, median, max }).toEqual({ mean: 5.5, median: 5.5, max: 10 });
    expect(p90).toBeCloseTo(9.1, 9);
    expect(p99).toBeCloseTo(9.91, 9);
    expect(stderr).toBeCloseTo(Math.sqrt(82.5 / 9 / 10), 9);
  });

  test("of one value has no error, and of none there is none", () => {
    expect(distributionOf([3])).toEqual({ mean: 3, stderr: 0, median: 3, p90: 3, p99: 3, max: 3 });
    expect(() => distributionOf([])).toThrow("nothing to summarise");
  });

  test("has its quantiles in order, whatever the order of the values", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1 }), (values) => {
        const { median, p90, p99, max } = distributionOf(values);
        expect(median).toBeLessThanOrEqual(p90);
        expect(p90).toBeLessThanOrEqual(p99);
        expect(p99).toBeLessThanOrEqual(max);
        expect(max).toBe(Math.max(...values));
        expect(distributionOf(values.toReversed())).toMatchObject({ median, p90, p99, max });
      }),
    );
  });
});

describe("a histogram", () => {
  const filled = (values: readonly number[]) =>
    [...histogramOf(values).tokens.entries()].filter(([, tokens]) => tokens > 0);

  test.each([
    [0, 0],
    [0.99e-7, 0],
    [1.01e-7, 1],
    [1.8e-7, 2],
    [1.01e-3, 17],
    [9.9, 32],
    [10.1, 33],
    [700, 33],
  ])("%d nats are in bin %i", (nats, bin) => expect(filled([nats])).toEqual([[bin, 1]]));

  test("counts each value once, in bins that depend on none", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1000, noNaN: true })), (values) => {
        const { tokens, ...scale } = histogramOf(values);
        expect(scale).toEqual({ lowest: 1e-7, binsPerDecade: 4 });
        expect(tokens).toHaveLength(34);
        expect(tokens.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      }),
    );
  });
});

describe("agreement", () => {
  const scored = (logProb: number, baselineLogProb: number, agrees: boolean): ScoredToken => ({
    nats: 0.5,
    missing: 0.25,
    logProb,
    baselineLogProb,
    agrees,
  });

  test("counts tops, and takes perplexity and its ratio from log-probabilities", () => {
    const found = agreementOf([
      scored(Math.log(0.25), Math.log(0.5), true),
      scored(Math.log(0.25), Math.log(0.5), false),
    ]);
    expect(found).toMatchObject({
      topAgreement: 0.5,
      missing: 0.25,
      tokens: 2,
      perplexityError: 0,
      perplexityRatioError: 0,
    });
    expect(found?.perplexity).toBeCloseTo(4, 9);
    expect(found?.perplexityRatio).toBeCloseTo(2, 9);
  });

  test("with the baseline itself is whole, and of nothing there is none", () => {
    expect(agreementOf([scored(-1, -1, true), scored(-3, -3, true)])).toMatchObject({
      topAgreement: 1,
      perplexityRatio: 1,
      perplexityRatioError: 0,
    });
    expect(agreementOf([])).toBeUndefined();
  });
});
