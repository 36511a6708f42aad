// Two columns of text in terminals wide and narrow.
import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { tableRows } from "../../../../src/cli/chat/panels/table-rows.ts";

const rows = [
  ["/a", "short"],
  ["/longer", "some words that wrap"],
  ["", ""],
  ["Enter", "send"],
] as const;

test.each([
  [60, ["/a       short", "/longer  some words that wrap", "", "Enter    send"]],
  [26, ["/a       short", "/longer  some words that", "         wrap", "", "Enter    send"]],
  [18, ["/a", "  short", "/longer", "  some words that", "  wrap", "", "Enter", "  send"]],
])("in %i columns", (columns, lines) => {
  expect(tableRows(rows, columns).split("\n")).toEqual(lines);
});

test("no line is wider than the terminal, and every word is there", () => {
  const word = fc.stringMatching(/^[a-z你好]{1,6}$/);
  const row = fc.tuple(
    word,
    fc.array(word, { maxLength: 9 }).map((words) => words.join(" ")),
  );
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), fc.integer({ min: 14, max: 90 }), (some, columns) => {
      const text = tableRows(some, columns);
      for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(text.replaceAll(/\s/g, "")).toBe(some.flat().join("").replaceAll(/\s/g, ""));
    }),
  );
});
