// Arithmetic of half-open ranges: tables for the corners, and sets of positions as the model for everything else.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterErasing,
  beforeErasing,
  clip,
  normalise,
  type TokenRange,
  totalLength,
  without,
} from "../../src/cache/ranges.ts";

const range = (start: number, end: number): TokenRange => ({ start, end });
const anyRanges = fc.array(
  fc.tuple(fc.nat(40), fc.nat(8)).map(([start, length]) => range(start, start + length)),
  { maxLength: 6 },
);
const size = 60;
const positions = Array.from({ length: size }, (_, position) => position);
const inside = (ranges: readonly TokenRange[]) =>
  positions.filter((position) => ranges.some(({ start, end }) => start <= position && position < end));

describe("normalise", () => {
  test.each([
    ["nothing", [], []],
    ["an empty range", [range(3, 3)], []],
    ["ranges out of order", [range(5, 6), range(1, 2)], [range(1, 2), range(5, 6)]],
    ["touching ranges", [range(1, 3), range(3, 4)], [range(1, 4)]],
    ["a range in another", [range(1, 9), range(3, 4)], [range(1, 9)]],
    ["overlapping ranges", [range(2, 6), range(1, 3)], [range(1, 6)]],
  ])("%s", (_, ranges, expected) => {
    expect(normalise(ranges)).toEqual(expected);
  });

  test("gives sorted ranges with gaps between them, of the same positions", () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const result = normalise(ranges);
        expect(inside(result)).toEqual(inside(ranges));
        expect(totalLength(result)).toBe(inside(ranges).length);
        for (const [i, next] of result.slice(1).entries()) {
          expect((result[i] as TokenRange).end).toBeLessThan(next.start);
        }
      }),
    );
  });

  test("leaves what it is given alone", () => {
    const ranges = Object.freeze([Object.freeze(range(3, 5)), Object.freeze(range(1, 4))]);
    expect(normalise(ranges)).toEqual([range(1, 5)]);
  });
});

test("clip keeps the positions inside its bounds", () => {
  fc.assert(
    fc.property(anyRanges, fc.nat(size), fc.nat(size), (ranges, start, end) => {
      const expected = inside(ranges).filter((position) => start <= position && position < end);
      const clipped = clip(ranges, start, end);
      expect(inside(clipped)).toEqual(expected);
      expect(clipped.every((one) => one.start < one.end)).toBe(true);
    }),
  );
});

test("without keeps the items outside", () => {
  fc.assert(
    fc.property(anyRanges.map(normalise), (ranges) => {
      const gone = new Set(inside(ranges));
      expect(without(positions, ranges)).toEqual(positions.filter((position) => !gone.has(position)));
    }),
  );
});

test("afterErasing tells where a position that stays has moved, and beforeErasing takes it back", () => {
  fc.assert(
    fc.property(anyRanges.map(normalise), (erased) => {
      const kept = without(positions, erased);
      expect(kept.map((position) => afterErasing(position, erased))).toEqual(kept.map((_, index) => index));
      expect(kept.map((_, index) => beforeErasing(index, erased))).toEqual(kept);
    }),
  );
});

test("a position that is erased moves to where its range was", () => {
  expect([3, 4, 5, 6].map((position) => afterErasing(position, [range(3, 6)]))).toEqual([3, 3, 3, 3]);
});
