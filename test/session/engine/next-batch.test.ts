// Whatever the machine's speed, a text is evaluated in batches whose rows round alike.
import fc from "fast-check";
import { expect, test } from "vitest";
import { blockEnd } from "../../../src/cache/block-key.ts";
import { nextBatch, smallestBatch } from "../../../src/session/engine/next-batch.ts";

/** The sizes of all batches; `speeds` are what is wanted of each in turn. */
function batches(length: number, most: number, speeds: readonly number[]): number[] {
  const sizes: number[] = [];
  for (let left = length; left > 0; left -= sizes.at(-1) as number) {
    const wanted = Math.min(most, Math.max(smallestBatch, speeds[sizes.length % speeds.length] as number));
    sizes.push(nextBatch(left, { most, wanted }));
  }
  return sizes;
}

/** What decides how a row rounds: whether its batch is small, and whether a group of four holds it. */
function kinds(sizes: readonly number[]): string[] {
  return sizes.flatMap((size) =>
    Array.from({ length: size }, (_, row) => `${size < smallestBatch} ${row < size - (size % 4)}`),
  );
}

const lengths = fc.integer({ min: 1, max: 2000 });
const speeds = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 });
const most = fc.integer({ min: 64, max: 2048 });

test("every token is in one batch, none of which is too large", () => {
  fc.assert(
    fc.property(lengths, speeds, fc.integer({ min: 1, max: 2048 }), (length, wanted, limit) => {
      const sizes = batches(length, limit, wanted);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
    }),
  );
});

test("a faster or slower machine has rows of the same kinds", () => {
  fc.assert(
    fc.property(lengths, speeds, speeds, most, (length, some, others, limit) => {
      const kindsAt = (wanted: readonly number[]) => kinds(batches(length, limit, wanted));
      expect(kindsAt(some)).toEqual(kindsAt(others));
    }),
  );
});

test("behind blocks that were restored, where so many tokens are left, too", () => {
  fc.assert(
    fc.property(lengths, fc.nat(2000), speeds, (length, present, wanted) => {
      const start = blockEnd(Math.min(present, length - smallestBatch));
      const whole = kinds(batches(length, 512, [512]));
      expect(kinds(batches(length - start, 512, wanted))).toEqual(whole.slice(start));
    }),
  );
});
