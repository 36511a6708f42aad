// Sequence-state files of every shape: rows are found wherever their cell lies, and what is damaged or unknown is refused.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStateFile } from "../../src/cache/state-file.ts";
import { StateFileWriter } from "../../src/cache/state-file-writer.ts";
import { StateFileError } from "../../src/cache/state-format.ts";
import { kvTypes } from "../../src/cache/types.ts";
import { count, layoutOf, rowsAt, type SectionSpec, type StateSpec, stateBytes } from "../helpers/state-bytes.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const type = fc.constantFrom(...kvTypes);
const layers = fc.array(fc.tuple(fc.constantFrom(32, 64), fc.constantFrom(32, 96)), { minLength: 1, maxLength: 3 });

interface Shuffled {
  readonly tokens: number[];
  readonly sections: SectionSpec[];
}

/** One cache, or two where the second holds the newest positions, each with its cells in any order. */
const states: fc.Arbitrary<Shuffled> = fc
  .record({
    length: fc.integer({ min: 1, max: 24 }),
    window: fc.integer({ min: 0, max: 24 }),
    typeK: type,
    typeV: type,
    base: layers,
    sliding: layers,
    sequences: fc.integer({ min: 1, max: 3 }),
    seed: fc.infiniteStream(fc.nat()),
  })
  .map(({ length, window, base, sliding, seed, ...rest }) => {
    const shuffled = (positions: number[]) =>
      positions
        .map((position) => ({ position, order: seed.next().value as number }))
        .sort((a, b) => a.order - b.order)
        .map(({ position }) => position);
    const sections = [{ ...rest, layers: base, positions: shuffled(count(0, length)) }];
    const held = Math.min(window, length);
    if (held > 0) sections.push({ ...rest, layers: sliding, positions: shuffled(count(length - held, length)) });
    return { tokens: count(100, 100 + length), sections };
  });

async function opened(folder: string, bytes: Uint8Array) {
  const path = join(folder, "state");
  writeFileSync(path, bytes);
  return openStateFile(path);
}

const inOrder = (section: SectionSpec) => ({ ...section, positions: [...section.positions].sort((a, b) => a - b) });

describe("any order of cells", () => {
  test("rows are those of their positions", async () => {
    const folder = tempFolder();
    await fc.assert(
      fc.asyncProperty(states, fc.nat(), fc.nat(), async (spec, a, b) => {
        await using state = await opened(folder, stateBytes(spec));
        const { tokens, base, sliding } = state.contents;
        expect([...tokens]).toEqual(spec.tokens);
        for (const [index, section] of [base, ...(sliding ? [sliding] : [])].entries()) {
          const expected = spec.sections[index] as SectionSpec;
          expect(section.layout).toEqual(layoutOf(expected));
          const length = section.cells.length;
          const [start, end] = [a % length, b % length].sort((x, y) => x - y).map((p) => p + section.firstPosition);
          const range = [start as number, (end as number) + 1] as const;
          expect(Buffer.from(await state.readRows(section, ...range))).toEqual(rowsAt(index, expected, ...range));
        }
        expect(sliding !== undefined).toBe(spec.sections.length === 2);
      }),
      { numRuns: 150 },
    );
  });

  test("a file composed from rows is the one with its cells in position order, byte for byte", async () => {
    const folder = tempFolder();
    await fc.assert(
      fc.asyncProperty(states, fc.nat(), async (spec, cut) => {
        const [base, sliding] = spec.sections;
        if (!base) return;
        const length = spec.tokens.length;
        const firstPosition = length - (sliding?.positions.length ?? 0);
        const path = join(folder, "composed");
        const writer = await StateFileWriter.create(path, {
          tokens: spec.tokens,
          base: layoutOf(base),
          ...(sliding && { sliding: { layout: layoutOf(sliding), firstPosition } }),
          sequences: base.sequences,
        });
        const middle = cut % length;
        await writer.writeRows("base", middle, rowsAt(0, base, middle, length));
        await writer.writeRows("base", 0, rowsAt(0, base, 0, middle));
        if (sliding) await writer.writeRows("sliding", firstPosition, rowsAt(1, sliding, firstPosition, length));
        await writer.finish();
        const expected = stateBytes({ ...spec, sections: spec.sections.map(inOrder) });
        expect(readFileSync(path).equals(expected)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("a file that lacks rows is not finished, and is gone", async () => {
    const path = join(tempFolder(), "composed");
    const base = { typeK: "f16", typeV: "f16", layers: [{ k: 64, v: 64 }] } as const;
    const writer = await StateFileWriter.create(path, { tokens: [1, 2], base });
    await writer.writeRows("base", 0, new Uint8Array(128));
    await expect(writer.finish()).rejects.toThrow("bytes were written");
    expect(() => readFileSync(path)).toThrow("ENOENT");
  });
});

const plain: SectionSpec = {
  positions: count(0, 4),
  typeK: "f16",
  typeV: "q8_0",
  layers: [
    [32, 32],
    [64, 32],
  ],
};
const sliding: SectionSpec = { ...plain, positions: [3, 2] };
const good: StateSpec = { tokens: [5, 6, 7, 8], sections: [plain, sliding] };

describe("damage", () => {
  const bytes = stateBytes(good);

  test("a file cut anywhere is refused, but for the place where the first cache ends", async () => {
    const folder = tempFolder();
    const whole = stateBytes({ ...good, sections: [plain] }).length;
    for (let length = 0; length < bytes.length; length++) {
      if (length === whole) continue;
      await expect(opened(folder, bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(StateFileError);
    }
  });

  test("a flipped bit in any byte is refused, or changes no more than the tokens and rows it hits", async () => {
    const folder = tempFolder();
    let refused = 0;
    for (let byte = 0; byte < bytes.length; byte++) {
      const damaged = Uint8Array.from(bytes);
      damaged[byte] = (damaged[byte] as number) ^ (1 << ((byte * 5) % 8));
      try {
        await using state = await opened(folder, damaged);
        expect(state.contents.tokens.length).toBe(4);
        await state.readRows(state.contents.base, 0, 4);
      } catch (error) {
        expect(error).toBeInstanceOf(StateFileError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(150);
  });

  test("random words in the place of any word never lead to another error", async () => {
    const folder = tempFolder();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length / 4 - 1), fc.integer(), async (index, value) => {
        const damaged = Buffer.from(bytes);
        damaged.writeInt32LE(value, index * 4);
        await opened(folder, damaged).then(
          (state) => state[Symbol.asyncDispose](),
          (error) => expect(error).toBeInstanceOf(StateFileError),
        );
      }),
      { numRuns: 500 },
    );
  });
});

const onlyPlain = (changes: Partial<SectionSpec>): StateSpec => ({ ...good, sections: [{ ...plain, ...changes }] });

test.each<[string, StateSpec, string]>([
  ["another kind of file", { ...good, magic: 0x46554747 }, "not a sequence-state file"],
  ["another version", { ...good, version: 4 }, "version 4 of the format, not 3"],
  ["no tokens", { ...good, tokens: [] }, "no tokens"],
  ["transposed V", onlyPlain({ transposed: 1 }), "V is stored transposed"],
  ["an unknown order of V", onlyPlain({ transposed: 2 }), "order of V"],
  ["an unknown type", onlyPlain({ ggmlK: 16 }), "a type that is not known"],
  ["rows that are no whole blocks", onlyPlain({ ggmlK: 8 }), "rows of 64 bytes in q8_0"],
  ["no cells", onlyPlain({ positions: [] }), "without cells"],
  ["cells that were lost", onlyPlain({ positions: [1, 2, 3] }), "cells for 3 of 4 tokens"],
  ["a hole in the window", { ...good, sections: [plain, { ...plain, positions: [1, 3] }] }, "missing, doubled"],
  ["a position twice", onlyPlain({ positions: [0, 1, 1, 3] }), "missing, doubled"],
  ["cells without a sequence, as recurrent models write", onlyPlain({ perCell: 0 }), "recurrent"],
  ["a third cache", { ...good, sections: [plain, sliding, sliding] }, "more than two caches"],
  ["something behind", { ...good, after: [0] }, "more than two caches"],
  ["a count of sequences beyond the file", onlyPlain({ sequences: 0 }), "no attention cache"],
])("%s is refused with its reason", async (_, spec, reason) => {
  await expect(opened(tempFolder(), stateBytes(spec))).rejects.toThrow(reason);
});
