// The editor laid out in terminal rows: nothing lost, nothing too wide, the cursor in view.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editorRows, editorView, rowAt } from "../../../../src/cli/chat/editor/editor-rows.ts";
import { graphemeColumns, graphemes } from "../../../../src/cli/chat/wrap.ts";

const text = fc
  .array(fc.constantFrom("a", "word ", " ", "\n", "你好", "👩‍💻", "e\u0301", "\t", "long-word-without-end"), {
    maxLength: 40,
  })
  .map((parts) => parts.join(""));
const columns = fc.integer({ min: 4, max: 40 });

function rowTexts(value: string, width: number): string[] {
  const rows = editorRows(value, width);
  return rows.map((row, index) => value.slice(row.start, rows[index + 1]?.start));
}

describe("the rows of the editor", () => {
  test("are the whole text, in order", () => {
    fc.assert(
      fc.property(text, columns, (value, width) => {
        expect(rowTexts(value, width).join("")).toBe(value);
      }),
    );
  });

  test("hold each cursor in just one of them", () => {
    fc.assert(
      fc.property(text, columns, fc.nat(), (value, width, at) => {
        const cursor = at % (value.length + 1);
        const rows = editorRows(value, width);
        const row = rowAt(rows, cursor);
        expect(row.start).toBeLessThanOrEqual(cursor);
        expect(rows[row.index + 1]?.start ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cursor);
      }),
    );
  });

  test.each([
    ["", 10, [""]],
    ["one two", 10, ["one two"]],
    ["one two three", 8, ["one two ", "three"]],
    ["one\n\ntwo", 10, ["one\n", "\n", "two"]],
    ["你好世界", 4, ["你好", "世界"]],
  ])("of %j in %i columns are %j", (value, width, rows) => {
    expect(rowTexts(value, width)).toEqual(rows);
  });
});

describe("the view", () => {
  const lines = Array.from({ length: 9 }, (_, index) => `line ${index}`).join("\n");

  test.each([
    ["at the start", 0, 0, 5, ["line 0", "line 1", "line 2", "line 3"]],
    ["in the middle", 31, 2, 3, ["line 2", "line 3", "line 4", "line 5"]],
    ["at the end", lines.length, 5, 0, ["line 5", "line 6", "line 7", "line 8 "]],
  ])("with the cursor %s shows the rows around it", (_name, cursor, hiddenAbove, hiddenBelow, shown) => {
    const view = editorView({ text: lines, cursor }, { columns: 20, height: 4 });
    expect(view).toMatchObject({ hiddenAbove, hiddenBelow });
    expect(view.rows.map(({ before, under = "", after }) => before + under + after)).toEqual(shown);
  });

  test.each([
    ["abc", 1, { before: "a", under: "b", after: "c" }],
    ["abc", 3, { before: "abc", under: " ", after: "" }],
    ["a👩‍💻b", 1, { before: "a", under: "👩‍💻", after: "b" }],
    ["e\u0301x", 0, { before: "", under: "e\u0301", after: "x" }],
    ["a\tb", 1, { before: "a", under: "    ", after: "b" }],
  ])("draws %j with the cursor at %i as %j", (value, cursor, row) => {
    expect(editorView({ text: value, cursor }, { columns: 20, height: 4 }).rows).toEqual([row]);
  });

  test("has no row wider than the terminal but for the cursor's own cell, and the cursor in one row", () => {
    fc.assert(
      fc.property(text, columns, fc.integer({ min: 1, max: 6 }), fc.nat(), (value, width, height, at) => {
        const boundaries = [0];
        for (const grapheme of graphemes(value)) boundaries.push((boundaries.at(-1) ?? 0) + grapheme.length);
        const cursor = boundaries[at % boundaries.length] ?? 0;
        const view = editorView({ text: value, cursor }, { columns: width, height });
        expect(view.rows.length).toBeLessThanOrEqual(height);
        expect(view.rows.filter(({ under }) => under !== undefined)).toHaveLength(1);
        for (const { before, under, after } of view.rows) {
          const drawn = [...graphemes(before + after)].reduce((sum, one) => sum + graphemeColumns(one), 0);
          expect(drawn).toBeLessThanOrEqual(width + (under === undefined ? 0 : 1));
        }
      }),
    );
  });
});
