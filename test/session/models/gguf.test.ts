import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readGguf } from "../../../src/session/models/gguf.ts";
import { GgufError } from "../../../src/session/models/gguf-cursor.ts";
import { chatGguf, ggufBytes } from "../../helpers/gguf-writer.ts";
import { gemma3Path, smollm2Path } from "../../helpers/models.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

function write(bytes: Buffer): string {
  const path = join(tempFolder(), "model.gguf");
  writeFileSync(path, bytes);
  return path;
}

describe("readGguf", () => {
  test("reads every type of value", async () => {
    const metadata = {
      u8: { type: "u8", value: 200 },
      i8: { type: "i8", value: -3 },
      u16: { type: "u16", value: 65_000 },
      i16: { type: "i16", value: -300 },
      u32: { type: "u32", value: 4_000_000_000 },
      i32: { type: "i32", value: -70_000 },
      f32: { type: "f32", value: 0.5 },
      f64: { type: "f64", value: 0.1 },
      u64: { type: "u64", value: 2 ** 40 },
      i64: { type: "i64", value: -(2 ** 40) },
      bool: true,
      string: "größe",
      flags: { type: "bool", value: [true, false] },
    } as const;
    const header = await readGguf(
      write(ggufBytes({ metadata: { ...metadata, flags: { type: "bool", value: [true, false] } } })),
    );
    expect(Object.fromEntries(header.metadata)).toEqual({
      u8: 200,
      i8: -3,
      u16: 65_000,
      i16: -300,
      u32: 4_000_000_000,
      i32: -70_000,
      f32: 0.5,
      f64: 0.1,
      u64: 2 ** 40,
      i64: -(2 ** 40),
      bool: true,
      string: "größe",
      flags: [true, false],
    });
  });

  test("keeps small arrays, and of large ones the length", async () => {
    const words = Array.from({ length: 5000 }, (_, index) => `word ${index}`);
    const numbers = Array.from({ length: 5000 }, (_, index) => index);
    const metadata = { words, numbers, few: ["x", "y"], layers: numbers.slice(0, 80), after: "still here" };
    const header = await readGguf(write(ggufBytes({ metadata })));
    expect(header.metadata.get("words")).toBeUndefined();
    expect(header.metadata.get("numbers")).toBeUndefined();
    expect(header.metadata.get("few")).toEqual(["x", "y"]);
    expect(header.metadata.get("layers")).toEqual(numbers.slice(0, 80));
    expect(header.metadata.get("after")).toBe("still here");
    expect(Object.fromEntries(header.arrayLengths)).toEqual({ words: 5000, numbers: 5000, few: 2, layers: 80 });
  });

  test("tells the bytes that the tensors need", async () => {
    const q4 = { name: "a", shape: [64, 3], type: 2 };
    const header = await readGguf(write(ggufBytes({ tensors: [q4], dataBytes: 50 })));
    // 6 blocks of 32 elements, 18 bytes each.
    expect(header.requiredBytes - header.fileBytes).toBe(6 * 18 - 50);
    expect(header.parameters).toBe(192);
  });

  test.each([
    ["another file", Buffer.from("hello, this is text"), "not-gguf"],
    ["version 1", ggufBytes({ version: 1 }), "unsupported"],
    ["version 9", ggufBytes({ version: 9 }), "unsupported"],
    ["big-endian", ggufBytes({ version: 0x03000000 }), "unsupported"],
    ["an unknown tensor type", ggufBytes({ tensors: [{ name: "a", shape: [4], type: 999 }] }), "unsupported"],
    ["a row that is no whole block", ggufBytes({ tensors: [{ name: "a", shape: [33], type: 2 }] }), "damaged"],
    ["five dimensions", ggufBytes({ tensors: [{ name: "a", shape: [1, 1, 1, 1, 1] }] }), "damaged"],
    ["an alignment of 3", ggufBytes({ metadata: { "general.alignment": 3 } }), "damaged"],
  ])("refuses %s", async (_, bytes, fault) => {
    const error = await readGguf(write(bytes)).catch((error) => error);
    expect(error).toBeInstanceOf(GgufError);
    expect(error.fault).toBe(fault);
  });

  test("is stopped by wild counts and lengths, not by their size", async () => {
    const sound = ggufBytes(chatGguf());
    for (const at of [8, 16, 24]) {
      for (const wild of [0xffff_ffff_ffff_ffffn, 0x0fff_ffff_ffffn, 0x4000_0000n]) {
        const bytes = Buffer.from(sound);
        bytes.writeBigUInt64LE(wild, at);
        await expect(readGguf(write(bytes))).rejects.toBeInstanceOf(GgufError);
      }
    }
  });

  test("a file cut anywhere is known to be cut", async () => {
    const sound = ggufBytes(chatGguf());
    const path = write(sound);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: sound.length - 1 }), async (length) => {
        writeFileSync(path, sound.subarray(0, length));
        const header = await readGguf(path).catch((error) => error);
        if (header instanceof GgufError) expect(["truncated", "not-gguf"]).toContain(header.fault);
        else expect(header.requiredBytes).toBeGreaterThan(header.fileBytes);
      }),
      { numRuns: 300 },
    );
  });

  test("changed bytes give a header or a GgufError, nothing else", async () => {
    const sound = ggufBytes(chatGguf());
    const path = write(sound);
    const change = fc.record({ at: fc.nat(sound.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(sound);
        for (const { at, byte } of changes) bytes[at] = byte;
        writeFileSync(path, bytes);
        const outcome = await readGguf(path).catch((error) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(GgufError);
        else expect(outcome.fileBytes).toBe(sound.length);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["SmolLM2", smollm2Path, 272, 49_152],
    ["Gemma 3", gemma3Path, 236, 262_144],
  ])("reads %s, whose size is exactly what its tensors need", async (_, path, tensorCount, vocabulary) => {
    const header = await readGguf(await path());
    expect(header.tensorCount).toBe(tensorCount);
    expect(header.arrayLengths.get("tokenizer.ggml.tokens")).toBe(vocabulary);
    expect(header.requiredBytes).toBe(header.fileBytes);
  });
});
