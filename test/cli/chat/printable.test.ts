// The gate between outside text and the terminal: nothing that could act on a terminal gets past it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printable, typable } from "../../../src/cli/chat/printable.ts";

const esc = "\u001b";
/** All that can act on a terminal or turn text around: C0 but line feeds, DEL, C1, and the bidirectional controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const dangers: [string, string][] = [
  ["colours", `${esc}[31mred${esc}[0m`],
  ["moves of the cursor", `${esc}[2J${esc}[1;1H`],
  ["a title", `${esc}]0;title\u0007`],
  ["the clipboard", `${esc}]52;c;aGk=\u0007`],
  ["a link", `${esc}]8;;https://example.org${esc}\\x${esc}]8;;${esc}\\`],
  ["the clipboard by C1", "\u009d52;c;aGk=\u009c"],
  ["colours by C1", "\u009b31m"],
  ["a device control string", `${esc}P+q544e${esc}\\`],
  ["a full reset", `${esc}c`],
  ["right-to-left overrides", "\u202eabc\u202c\u2066x\u2069"],
  ["a bell, a backspace, a carriage return", "a\u0007b\u0008c\rd"],
  ["another end of a paste", `${esc}[201~rm`],
];

describe.each(dangers)("%s", (_name, danger) => {
  test("is shown, not sent", () => expect(printable(danger)).not.toMatch(acting));
  test("is not typed", () => expect(typable(danger).replaceAll("\t", "")).not.toMatch(acting));
});

test("no text at all gets past either", () => {
  const anything = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(anything, (text) => {
      expect(printable(text)).not.toMatch(acting);
      expect(typable(text).replaceAll("\t", "")).not.toMatch(acting);
    }),
  );
});

test.each([
  ["plain text, 蓝色 👩‍💻 e\u0301", "plain text, 蓝色 👩‍💻 e\u0301"],
  ["two\nlines", "two\nlines"],
  ["a\tb", "a    b"],
  [`${esc}[1m`, "␛[1m"],
  ["\u0007\u007f", "␇␡"],
  ["\u009b", "\ufffd"],
  ["one\r\ntwo", "one\ntwo"],
  ["one\u2028two", "one\ntwo"],
])("%j is printed as %j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each([
  ["one\r\ntwo\rthree", "one\ntwo\nthree"],
  ["a\tb", "a\tb"],
  [`x${esc}[31my`, "x[31my"],
  ["\ufeffbom", "bom"],
  ["half \ud83d", "half \ufffd"],
])("%j is typed as %j", (text, typed) => {
  expect(typable(text)).toBe(typed);
});
