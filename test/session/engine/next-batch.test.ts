// Whatever the machine's speed, a text is evaluated in batches whose rows round alike.
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextBatch, smallestBatch } from "../../../src/session/engine/next-batch.ts";

/** The sizes of all batches; `speeds` are what is wanted of each in turn. */
function batches(start: number, end: number, most: number, speeds: readonly number[]): number[] {
  const sizes: number[] = [];
  for (let at = start; at < end; at += sizes.at(-1) as number) {
    const wanted = Math.min(most, Math.max(smallestBatch, speeds[sizes.length % speeds.length] as number));
    sizes.push(nextBatch(at, end, { most, wanted }));
  }
  return sizes;
}

/** What decides how a row rounds: whether its batch is small, and whether a group of four holds it. */
function kinds(sizes: readonly number[]): string[] {
  return sizes.flatMap((size) =>
    Array.from({ length: size }, (_, row) => `${size < smallestBatch} ${row < size - (size % 4)}`),
  );
}

const places = fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 2000 }));
const speeds = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 });
const most = fc.integer({ min: 64, max: 2048 });

test("every token is in one batch, none of which is too large", () => {
  fc.assert(
    fc.property(places, speeds, fc.integer({ min: 1, max: 2048 }), ([start, length], wanted, limit) => {
      const sizes = batches(start, start + length, limit, wanted);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
    }),
  );
});

test("a faster or slower machine has rows of the same kinds", () => {
  fc.assert(
    fc.property(places, speeds, speeds, most, ([start, length], some, others, limit) => {
      const kindsAt = (wanted: readonly number[]) => kinds(batches(start, start + length, limit, wanted));
      expect(kindsAt(some)).toEqual(kindsAt(others));
    }),
  );
});

test("behind blocks that were restored, too", () => {
  fc.assert(
    fc.property(fc.nat(7), fc.integer({ min: 1, max: 2000 }), speeds, (blocks, length, wanted) => {
      const [start, end] = [blocks * 256, blocks * 256 + length];
      const whole = kinds(batches(0, end, 512, [512]));
      expect(kinds(batches(start, end, 512, wanted))).toEqual(whole.slice(start));
    }),
  );
});
