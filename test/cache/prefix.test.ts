// The longest common prefix of two token sequences.
import fc from "fast-check";
import { expect, test } from "vitest";
import { commonPrefixLength } from "../../src/cache/prefix.ts";

test.each([
  [[], [], 0],
  [[1], [], 0],
  [[1, 2, 3], [1, 2, 3], 3],
  [[1, 2, 3], [1, 2], 2],
  [[1, 2, 3], [1, 9, 3], 1],
  [[9, 2, 3], [1, 2, 3], 0],
])("%j and %j share %i", (a, b, length) => {
  expect(commonPrefixLength(a, b)).toBe(length);
  expect(commonPrefixLength(b, a)).toBe(length);
});

test("what is shared is equal, and what follows is not", () => {
  const tokens = fc.array(fc.nat(2));
  fc.assert(
    fc.property(tokens, tokens, (a, b) => {
      const length = commonPrefixLength(a, b);
      expect(a.slice(0, length)).toEqual(b.slice(0, length));
      if (length < Math.min(a.length, b.length)) expect(a[length]).not.toBe(b[length]);
    }),
  );
});
