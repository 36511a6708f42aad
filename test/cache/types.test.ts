// Bytes of a row and fitting head sizes for each cache type, against the block layouts of ggml.
import { describe, expect, test } from "vitest";
import { fitsHeadSize, isQuantised, type KvType, kvTypes, rowBytes } from "../../src/cache/types.ts";

/** Bytes of 64 values: what ggml-common.h's blocks of 32 come to, scales included. */
const table: readonly [KvType, number, boolean][] = [
  ["f32", 256, false],
  ["f16", 128, false],
  ["bf16", 128, false],
  ["q8_0", 68, true],
  ["q5_1", 48, true],
  ["q5_0", 44, true],
  ["q4_1", 40, true],
  ["q4_0", 36, true],
  ["iq4_nl", 36, true],
];

test("the table has every type", () => {
  expect(table.map(([type]) => type).sort()).toEqual([...kvTypes].sort());
});

describe.each(table)("%s", (type, bytes, quantised) => {
  test("bytes of a row grow with its values", () => {
    expect(rowBytes(type, 64)).toBe(bytes);
    expect(rowBytes(type, 640)).toBe(10 * bytes);
    expect(rowBytes(type, 0)).toBe(0);
  });

  test("quantised types fit head sizes of whole blocks, the others any", () => {
    expect(isQuantised(type)).toBe(quantised);
    expect([32, 64, 80, 96, 100, 128, 192, 256].filter((size) => fitsHeadSize(type, size))).toEqual(
      quantised ? [32, 64, 96, 128, 192, 256] : [32, 64, 80, 96, 100, 128, 192, 256],
    );
  });
});
