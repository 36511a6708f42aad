// What a KV cache takes, for the shapes of real models, and how much context fits in a number of bytes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bytesPerToken,
  contextBytes,
  heldBytes,
  type KvConfig,
  type KvShape,
  largestContext,
  slidingCells,
} from "../../src/cache/budget.ts";
import { type KvType, kvTypes } from "../../src/cache/types.ts";

const layers = (count: number, kvHeads: number, headSize: number, sliding = false) =>
  Array.from({ length: count }, () => ({ kvHeads, headSizeK: headSize, headSizeV: headSize, sliding }));

const smollm2: KvShape = { layers: layers(30, 3, 64), slidingWindow: 0 };
/** Gemma 3 270M: 15 of 18 layers look back 512 tokens. */
const gemma3: KvShape = { layers: [...layers(15, 1, 256, true), ...layers(3, 1, 256)], slidingWindow: 512 };

function config(typeK: KvType, typeV = typeK, changes: Partial<KvConfig> = {}): KvConfig {
  return { typeK, typeV, batchSize: 512, swaFull: false, ...changes };
}

describe("bytes of one token", () => {
  test.each([
    ["f16", "f16", 23_040],
    ["q8_0", "q8_0", 12_240],
    ["q4_0", "q4_0", 6_480],
    ["q8_0", "q4_0", 9_360],
    ["f32", "f32", 46_080],
  ] as const)("SmolLM2 135M, %s/%s: %i", (typeK, typeV, bytes) => {
    expect(bytesPerToken(smollm2, config(typeK, typeV))).toBe(bytes);
  });

  test("K and V may have heads of different sizes", () => {
    const shape = { layers: [{ kvHeads: 2, headSizeK: 192, headSizeV: 128, sliding: false }], slidingWindow: 0 };
    expect(bytesPerToken(shape, config("f16", "q8_0"))).toBe(2 * 192 * 2 + (2 * 128 * 34) / 32);
  });
});

describe("bytes of a context", () => {
  test.each([
    [256, 256],
    [257, 512],
    [1000, 1024],
    [8192, 8192],
  ])("SmolLM2, %i tokens: %i cells", (contextSize, cells) => {
    expect(contextBytes(smollm2, config("f16"), contextSize)).toBe(cells * 23_040);
  });

  test.each([
    ["no more than the context", 512, {}, 512],
    ["the window and a batch", 8192, {}, 1024],
    ["the window and a small batch, in steps of 256", 8192, { batchSize: 48 }, 768],
    ["all with swaFull", 8192, { swaFull: true }, 8192],
  ])("sliding layers of Gemma 3 hold %s", (_, contextSize, changes, cells) => {
    const cache = config("f16", "f16", changes);
    expect(slidingCells(gemma3, cache, contextSize)).toBe(cells);
    expect(contextBytes(gemma3, cache, contextSize)).toBe(1024 * (15 * cells + 3 * contextSize));
  });
});

describe("bytes that tokens take", () => {
  test("each token takes its own on a plain cache", () => {
    expect(heldBytes(smollm2, config("q8_0"), 100)).toBe(100 * 12_240);
    expect(heldBytes(smollm2, config("q8_0"), 0)).toBe(0);
  });

  test("sliding layers hold a window of them, or all with swaFull", () => {
    expect(heldBytes(gemma3, config("f16"), 2000)).toBe(1024 * (15 * 512 + 3 * 2000));
    expect(heldBytes(gemma3, config("f16", "f16", { swaFull: true }), 2000)).toBe(1024 * 18 * 2000);
  });
});

test("the largest context is a multiple of 256, fits, and one step more does not", () => {
  const shapes = fc.constantFrom(smollm2, gemma3);
  const types = fc.constantFrom(...kvTypes);
  fc.assert(
    fc.property(shapes, types, types, fc.nat(2 ** 40), (shape, typeK, typeV, bytes) => {
      const cache = config(typeK, typeV);
      const size = largestContext(shape, cache, bytes);
      expect(size % 256).toBe(0);
      expect(contextBytes(shape, cache, size)).toBeLessThanOrEqual(bytes);
      if (size < 2 ** 24) expect(contextBytes(shape, cache, size + 256)).toBeGreaterThan(bytes);
    }),
  );
});

test.each([-(2 ** 30), 0, 255 * 23_040])("not even the smallest context fits in %i bytes", (bytes) => {
  expect(largestContext(smollm2, config("f16"), bytes)).toBe(0);
});
