// Marks tell what of a cache is in a store as its names do.
import { expect, test } from "vitest";
import { MarkSet, markOf, marksOf } from "../../src/cache/marks.ts";

test("by marks it is seen what of it is stored, and how many tokens and bytes it is", () => {
  const keys = ["0000000f", "7fffffff", "80000000", "deadbeef"].map((start) => start.padEnd(64, "0"));
  const marks = marksOf(keys.map((key, index) => ({ key, tokens: 32 * (index + 1), bytes: 2 ** 40 })));
  const size = { tokens: 128, bytes: 2 ** 42 };
  expect(new MarkSet(keys).look(marks)).toEqual({ ...size, there: "all" });
  for (const key of keys) {
    expect(new MarkSet([key]).look(marks)).toEqual({ ...size, there: "some" });
    expect(Buffer.from(marks).includes(markOf(key))).toBe(true);
  }
  // What two of them have in common is none, nor are others that begin as they do.
  const others = ["0f7fffff", "fffffff8", "7ffffffe", "deadbeee"].map((start) => start.padEnd(64, "0"));
  expect(new MarkSet(others).look(marks)).toEqual({ ...size, there: "none" });
  expect(new MarkSet(keys).look(marksOf([]))).toEqual({ tokens: 0, bytes: 0, there: "none" });
  for (const damaged of [new Uint8Array(), marks.slice(0, 8), marks.slice(0, -1)]) {
    expect(new MarkSet(keys).look(damaged)).toBeUndefined();
  }
});
