// What a comparison is to do: how a text is cut, and which pairs can run.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  evaluatedTokens,
  type Pair,
  planChunks,
  planPairs,
  scoredPositions,
  tokensNeeded,
} from "../../../src/session/compare/plan.ts";
import { pairName } from "../../../src/session/compare/report.ts";
import { topTokensFor } from "../../../src/session/compare/score-text.ts";
import type { ModelFacts } from "../../../src/session/models/model-facts.ts";

const tokens = (count: number) => Array.from({ length: count }, (_, index) => index + 100);
const options = { contextSize: 64, chunks: 10, bosToken: undefined, canShift: true };

describe("chunks", () => {
  test("are as long as the context, score their second half, and leave out what is over", () => {
    const chunks = planChunks(tokens(150), options);
    expect(chunks.map((chunk) => [chunk.tokens[0], chunk.tokens.length, chunk.from])).toEqual([
      [100, 64, 32],
      [164, 64, 32],
    ]);
    expect(chunks[0]?.after).toEqual({ erase: { start: 4, end: 32 }, tokens: tokens(80).slice(64) });
    expect(scoredPositions(chunks)).toBe(2 * 31 + 2 * 15);
    expect(evaluatedTokens(chunks)).toBe(2 * 64 + 2 * 16);
  });

  test("begin with the beginning-of-text token, without changing the text", () => {
    const text = tokens(128);
    const chunks = planChunks(text, { ...options, bosToken: 1 });
    expect(chunks.map((chunk) => chunk.tokens.slice(0, 2))).toEqual([
      [1, 101],
      [1, 165],
    ]);
    expect(text).toEqual(tokens(128));
  });

  test("slide nothing where the cache cannot, or where the text ends", () => {
    expect(planChunks(tokens(150), { ...options, canShift: false }).map(({ after }) => after)).toEqual([
      undefined,
      undefined,
    ]);
    expect(planChunks(tokens(65), options)[0]?.after).toBeUndefined();
    expect(planChunks(tokens(66), options)[0]?.after?.tokens).toEqual([164, 165]);
  });

  test.each([
    [0, 64, "There is no text to compare with.", "Give more text; without --text kvchat takes its own."],
    [63, 64, "The text has 63 tokens, and a chunk takes 64.", "Give more text; without --text kvchat takes its own."],
    [
      200,
      512,
      "The text has 200 tokens, and a chunk takes 512.",
      "Give more text, or a smaller context: --ctx-size 100",
    ],
  ])("of %i tokens in a context of %i are refused", (count, contextSize, message, hint) => {
    expect(() => planChunks(tokens(count), { ...options, contextSize })).toThrow(
      expect.objectContaining({ message, hint, exitCode: 2 }),
    );
  });

  test("read no more than they say, and what follows a window fits what was freed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 400 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 3000 }),
        (contextSize, chunks, length) => {
          fc.pre(length >= contextSize);
          const planned = planChunks(tokens(length), { ...options, contextSize, chunks });
          const read = tokens(length).slice(0, tokensNeeded({ contextSize, chunks }));
          expect(planChunks(read, { ...options, contextSize, chunks })).toEqual(planned);
          for (const { after } of planned) {
            if (after) expect(after.tokens.length).toBeLessThanOrEqual(after.erase.end - after.erase.start);
          }
        },
      ),
    );
  });
});

describe("pairs", () => {
  const facts = (headSize: number) => ({ headSizeK: headSize, headSizeV: headSize }) as ModelFacts;
  const f16: Pair = { k: "f16", v: "f16" };
  const pairs: Pair[] = [{ k: "q8_0", v: "q4_0" }, f16, { k: "bf16", v: "f16" }, { k: "q8_0", v: "q4_0" }];

  test("come once each, the baseline first", () => {
    const planned = planPairs(f16, pairs, { facts: facts(64), flashAttention: "auto" });
    expect(planned.map((pair) => [pairName(pair), pair.reason])).toEqual([
      ["f16", undefined],
      ["q8_0/q4_0", undefined],
      ["bf16/f16", undefined],
    ]);
  });

  test("that the heads do not allow have a reason", () => {
    const planned = planPairs(f16, pairs, { facts: facts(80), flashAttention: "auto" });
    expect(planned.map(({ reason }) => reason)).toEqual([
      undefined,
      "A q8_0 cache for K does not fit this model: its head size 80 is no multiple of 32.",
      undefined,
    ]);
  });

  test("need flash attention for a quantised V, and the baseline must run", () => {
    const limits = { facts: facts(64), flashAttention: "off" } as const;
    expect(planPairs(f16, pairs, limits)[1]?.reason).toContain("needs flash attention");
    expect(() => planPairs({ k: "q8_0", v: "q8_0" }, pairs, limits)).toThrow("needs flash attention");
  });
});

test("the longer the text, the fewer tokens are kept for each position, so that memory stays flat", () => {
  expect(topTokensFor(1000)).toBe(4096);
  for (const positions of [20_000, 100_000, 500_000]) {
    expect(topTokensFor(positions) * positions * 12).toBeLessThanOrEqual(128 * 2 ** 20);
  }
  expect(topTokensFor(10 ** 9)).toBe(16);
});
