// Keys tell apart whatever makes rows differ, and nothing else.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockTokens, chainKeys, isKey, keyAt } from "../../src/cache/block-key.ts";
import { lineageAfterCut, lineageAfterEviction } from "../../src/cache/lineage.ts";

const fingerprint = { model: "m", k: "f16", v: "f16" };
const tokens = Array.from({ length: 125 }, (_, index) => (index * 31) % 777);
const keysOf = (changes: object = {}) => chainKeys({ fingerprint, tokens, ...changes });

describe("keys", () => {
  test("one for each whole block, the same in every order of the fingerprint", () => {
    const { blocks, root } = keysOf();
    expect(blocks.length).toBe(3);
    expect([root, ...blocks].every(isKey)).toBe(true);
    expect(new Set([root, ...blocks]).size).toBe(4);
    expect(keysOf({ fingerprint: { v: "f16", k: "f16", model: "m" } })).toEqual(keysOf());
    expect(keysOf({ tokens: tokens.slice(0, 75) }).blocks).toEqual(blocks.slice(0, 2));
    expect(blocks[0]).toBe("1056472c303e320b0d7c0bd6f87b91ff46f65682c477e69020cca73fc0ba1a24");
  });

  test("a changed token changes its block's key and those behind, and none before", () => {
    fc.assert(
      fc.property(fc.nat(3 * blockTokens - 1), (index) => {
        const changed = keysOf({ tokens: tokens.with(index, -1) }).blocks;
        expect(keysOf().blocks.map((key, block) => key === changed[block])).toEqual(
          [0, 1, 2].map((block) => (block + 1) * blockTokens <= index),
        );
      }),
    );
  });

  test.each([{ model: "n" }, { k: "q8_0" }, { rope: "1" }, { model: "m,k" }])("another fingerprint, %j", (changes) => {
    const other = keysOf({ fingerprint: { ...fingerprint, ...changes } });
    expect(other.root).not.toBe(keysOf().root);
    expect(other.blocks.some((key) => keysOf().blocks.includes(key))).toBe(false);
  });

  test("every length has its own, a block's end the block's", () => {
    const chain = { fingerprint, tokens };
    const keys = keysOf();
    const all = tokens.map((_, length) => keyAt(chain, keys, length));
    expect(new Set(all).size).toBe(125);
    expect([0, 1, 2, 3].map((block) => all[block * blockTokens])).toEqual([keys.root, ...keys.blocks]);
  });
});

describe("lineage", () => {
  const event = { start: 300, tokens: [1, 2, 3], length: 900 };
  const first = lineageAfterEviction(undefined, event);

  test("salts from the first position that an eviction touched on", () => {
    const { blocks } = keysOf();
    const salted = (from: number) =>
      keysOf({ lineage: { ...first, from } }).blocks.map((key, index) => key === blocks[index]);
    expect(salted(40)).toEqual([true, false, false]);
    expect(salted(32)).toEqual([true, false, false]);
    expect(salted(31)).toEqual([false, false, false]);
    expect(salted(96)).toEqual([true, true, true]);
  });

  test("the same events give the same, any other text, place or time another", () => {
    expect(lineageAfterEviction(undefined, { ...event })).toEqual(first);
    const others = [
      lineageAfterEviction(undefined, { ...event, tokens: [1, 2, 4] }),
      lineageAfterEviction(undefined, { ...event, start: 301 }),
      lineageAfterEviction(undefined, { ...event, length: 901 }),
      lineageAfterEviction(first, event),
    ];
    expect(new Set([first, ...others].map(({ salt }) => salt)).size).toBe(5);
  });

  test("keeps the lowest position of several evictions", () => {
    expect(lineageAfterEviction(first, { ...event, start: 10 }).from).toBe(10);
    expect(lineageAfterEviction(first, { ...event, start: 500 }).from).toBe(300);
  });

  test("a cut behind the eviction changes nothing, one into what saw the lost text is told, one before it forgets", () => {
    expect(first.settled).toBe(897);
    expect(lineageAfterCut(first, 897)).toBe(first);
    const cut = lineageAfterCut(first, 896);
    expect(cut).toMatchObject({ from: 300, settled: 896 });
    expect(cut?.salt).not.toBe(first.salt);
    expect(lineageAfterCut(first, 300)).toBeUndefined();
    expect(lineageAfterCut(undefined, 5)).toBeUndefined();
  });
});
