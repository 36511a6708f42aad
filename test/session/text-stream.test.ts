// Text out of tokens that cut it anywhere: each character comes out whole, once, and as soon as its last byte is there.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextStream } from "../../src/session/text-stream.ts";
import { openTestEngine } from "../helpers/conversation.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";

/** A vocabulary made for one text: token n is its n-th piece of bytes. */
function pieces(bytes: Uint8Array, ends: readonly number[]) {
  const cuts = [...new Set([0, ...ends.map((end) => Math.min(end, bytes.length)), bytes.length])].sort((a, b) => a - b);
  const parts = cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
  const decode = (list: readonly Uint8Array[]) => Buffer.concat(list).toString("utf8");
  return {
    parts,
    detokenize: (tokens: readonly number[]) => decode(tokens.map((token) => parts[token] as Uint8Array)),
  };
}

function streamOf(bytes: Uint8Array, ends: readonly number[]): { told: string[]; parts: readonly Uint8Array[] } {
  const { parts, detokenize } = pieces(bytes, ends);
  const stream = new TextStream({ detokenize }, false);
  return { told: [...parts.map((_, token) => stream.push(token)), stream.end()], parts };
}

const everyByte = (bytes: Uint8Array) => Array.from(bytes, (_, index) => index + 1);

test.each([
  ["letters", "abc", ["a", "b", "c", ""]],
  ["two bytes", "né", ["n", "", "é", ""]],
  ["four bytes", "😀!", ["", "", "", "😀", "!", ""]],
])("one byte a token: %s", (_, text, told) => {
  const bytes = Buffer.from(text);
  expect(streamOf(bytes, everyByte(bytes)).told).toEqual(told);
});

test("a token that ends one character and begins the next tells the first at once", () => {
  const bytes = Buffer.from("😀😀😀😀😀😀");
  const { told } = streamOf(bytes, [2, 6, 10, 14, 18, 22]);
  expect(told).toEqual(["", "😀", "😀", "😀", "😀", "😀", "😀", ""]);
});

test("characters are whole and prompt, wherever tokens cut them", () => {
  const text = fc.string({ unit: "binary", maxLength: 24 }).map((any) => any.toWellFormed().replaceAll("\uFFFD", ""));
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 40 }), (whole, ends) => {
      const { told, parts } = streamOf(Buffer.from(whole), ends);
      let seen = "";
      for (const [i, part] of told.slice(0, -1).entries()) {
        seen += part;
        const so = Buffer.concat(parts.slice(0, i + 1)).toString("utf8");
        expect(seen).toBe(so.replace(/\uFFFD+$/, ""));
      }
      expect(seen + told.at(-1)).toBe(whole);
    }),
    { numRuns: 500 },
  );
});

describe("bytes that are no text", () => {
  test.each([
    ["bytes of no character", [0xff, 0xff, 0xff, 0xff, 0x61], "\uFFFD\uFFFD\uFFFD\uFFFDa"],
    ["a character that never ends", [0xf0, 0x9f, 0x61, 0x62], "\uFFFDab"],
    ["a character that ends too late", [0xf0, 0xf0, 0xf0, 0xf0, 0x9f, 0x98, 0x80, 0x61], `${"\uFFFD".repeat(7)}a`],
  ])("%s are shown as such, and what follows is text", (_, bytes, text) => {
    expect(streamOf(Uint8Array.from(bytes), everyByte(Uint8Array.from(bytes))).told.join("")).toBe(text);
  });

  test("the end tells what was torn", () => {
    expect(streamOf(Uint8Array.from([0x61, 0xf0, 0x9f]), [1, 2]).told).toEqual(["a", "", "", "\uFFFD"]);
  });
});

test.each([
  ["smollm2", smollm2Path],
  ["gemma3-270m", gemma3Path],
] as const)("%s's own tokens", async (_, path) => {
  await using engine = await openTestEngine(await path(), { ctxSize: 256 });
  for (const text of ["Hi there,  you.\n\n\tOk", "👩‍👩‍👧‍👦🏳️‍🌈👋🏽 né 你好 🇩🇪", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u{10FFFD}"]) {
    const tokens = engine.tokenize(text, false);
    const stream = new TextStream(engine, false);
    const told = [...tokens.map((token) => stream.push(token)), stream.end()];
    expect(told.join("")).toBe(text);
    expect(told.every((part) => part.isWellFormed() && !part.includes("\uFFFD"))).toBe(true);
  }
});
