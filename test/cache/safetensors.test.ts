// Headers of safetensors files: what is written is read, and what other readers would refuse is refused here.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Dtype,
  decodeHeader,
  encodeHeader,
  headerBytes,
  SafetensorsError,
  tensorBytes,
} from "../../src/cache/safetensors.ts";

const tensor = fc.record({
  name: fc
    .string({ minLength: 1 })
    .filter((name) => name !== "__metadata__" && !/^\d+$/.test(name) && name !== "__proto__"),
  dtype: fc.constantFrom<Dtype>("U8", "F16", "BF16", "I32", "F32"),
  shape: fc.array(fc.nat(300), { maxLength: 3 }),
});

test("what is written is read, each tensor behind the one before", () => {
  const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 8 });
  fc.assert(
    fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (written, metadata) => {
      const header = encodeHeader(written, metadata);
      const size = header.length + written.reduce((sum, entry) => sum + tensorBytes(entry), 0);
      expect(header.length % 8).toBe(0);
      expect(headerBytes(header.subarray(0, 8), size)).toBe(header.length);
      const read = decodeHeader(header, size);
      expect(read.metadata).toEqual(metadata);
      const byName = new Map(read.tensors.map((entry) => [entry.name, entry]));
      let start = header.length;
      for (const { name, dtype, shape } of written) {
        const end = start + tensorBytes({ name, dtype, shape });
        expect(byName.get(name)).toEqual({ name, dtype, shape, start, end });
        start = end;
      }
      expect(() => decodeHeader(header, size + 1)).toThrow(SafetensorsError);
    }),
  );
});

function headerOf(text: string): Uint8Array {
  const json = new TextEncoder().encode(text);
  const header = new Uint8Array(8 + json.length);
  new DataView(header.buffer).setBigUint64(0, BigInt(json.length), true);
  header.set(json, 8);
  return header;
}

const a = { dtype: "U8", shape: [4], data_offsets: [0, 4] };

describe("refused", () => {
  test.each([
    ["no JSON", "{", "not JSON"],
    ["an array", "[]", "not JSON"],
    ["metadata of numbers", JSON.stringify({ __metadata__: { x: 1 }, a }), "metadata that is not text"],
    ["an unknown dtype", JSON.stringify({ a: { ...a, dtype: "Q8" } }), "a dtype"],
    ["a dtype of the prototype", JSON.stringify({ a: { ...a, dtype: "toString" } }), "a dtype"],
    ["no shape", JSON.stringify({ a: { ...a, shape: null } }), "no shape"],
    ["a negative shape", JSON.stringify({ a: { ...a, shape: [-4] } }), "no shape"],
    ["three offsets", JSON.stringify({ a: { ...a, data_offsets: [0, 2, 4] } }), "no place"],
    ["a shape of more bytes", JSON.stringify({ a: { ...a, shape: [5] } }), "other bytes than its shape"],
    [
      "a shape beyond numbers",
      JSON.stringify({ a: { ...a, shape: [2 ** 40, 2 ** 40] } }),
      "other bytes than its shape",
    ],
    ["two in one place", JSON.stringify({ a, b: a }), "does not begin where"],
    ["a gap", JSON.stringify({ a: { ...a, data_offsets: [1, 5] } }), "does not begin where"],
    ["fewer bytes than the file", JSON.stringify({}), "bytes, not the"],
    ["null", JSON.stringify({ a: null }), "a dtype"],
  ])("%s", (_, text, reason) => {
    const header = headerOf(text);
    expect(() => decodeHeader(header, header.length + 4)).toThrow(reason);
    expect(() => decodeHeader(header, header.length + 4)).toThrow(SafetensorsError);
  });

  test.each([0, 7])("a file of %i bytes", (bytes) => {
    expect(() => headerBytes(new Uint8Array(bytes), bytes)).toThrow("too short");
  });

  test.each([17n, 100_000_001n, 2n ** 63n, 2n ** 64n - 1n])("a header of %i bytes in a file of 24", (length) => {
    const first = new Uint8Array(8);
    new DataView(first.buffer).setBigUint64(0, length, true);
    expect(() => headerBytes(first, 24)).toThrow("does not fit");
  });
});
