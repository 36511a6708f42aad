// Breaking text into terminal lines: the streaming answer rests on lines that never change once another follows.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphemeColumns, graphemes, lineStarts, wrapOpenText, wrapText } from "../../../src/cli/chat/wrap.ts";

/** What models write and people type: words, wide characters, emoji, combining marks, tabs, runs of spaces, line feeds. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "word",
        "蓝色的天空。",
        "「引用」",
        "👩‍💻",
        "🇩🇪",
        "e\u0301",
        "नमस्ते",
        "한국어",
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join("").replaceAll("\r", ""));
const width = fc.integer({ min: 4, max: 60 });

function columnsOf(line: string): number {
  return [...graphemes(line)].reduce((sum, grapheme) => sum + graphemeColumns(grapheme), 0);
}

function withoutSpace(value: string): string {
  return value.replaceAll(/\s/g, "");
}

describe("wrapped text", () => {
  test("is never wider than the terminal", () => {
    fc.assert(
      fc.property(text, width, (value, columns) => {
        for (const line of wrapText(value, columns)) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test("is the text, but for space at the ends of lines", () => {
    fc.assert(
      fc.property(text, width, (value, columns) => {
        expect(withoutSpace(wrapText(value, columns).join(""))).toBe(withoutSpace(value));
      }),
    );
  });

  test("breaks between graphemes alone", () => {
    fc.assert(
      fc.property(text, width, (value, columns) => {
        const [line = ""] = value.split("\n");
        const boundaries = [0];
        for (const grapheme of graphemes(line)) boundaries.push((boundaries.at(-1) ?? 0) + grapheme.length);
        for (const start of lineStarts(line, columns)) expect(boundaries).toContain(start);
      }),
    );
  });

  test.each([
    ["one two three", 8, ["one two", "three"]],
    ["one two  ", 7, ["one two"]],
    ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["a abcdefgh", 4, ["a", "abcd", "efgh"]],
    ["", 4, [""]],
    ["a\n\nb", 4, ["a", "", "b"]],
    ["  indented", 20, ["  indented"]],
    ["蓝色的天空", 4, ["蓝色", "的天", "空"]],
    // A full stop of East Asian typesetting never begins a line.
    ["蓝色的。天", 6, ["蓝色", "的。天"]],
    ["👩‍💻👩‍💻👩‍💻", 4, ["👩‍💻👩‍💻", "👩‍💻"]],
    ["\tab cd", 6, ["\tab", "cd"]],
  ])("%j in %i columns is %j", (value, columns, lines) => {
    expect(wrapText(value, columns)).toEqual(lines);
  });
});

describe("text that still grows", () => {
  test("gives lines that stay what they are, whatever follows", () => {
    fc.assert(
      fc.property(text, text, width, (value, more, columns) => {
        const { lines } = wrapOpenText(value, columns);
        expect(wrapText(value + more, columns).slice(0, lines.length)).toEqual(lines);
      }),
    );
  });

  test("given piece by piece comes to the same lines as at once", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), width, (pieces, columns) => {
        const printed: string[] = [];
        let open = "";
        for (const piece of pieces) {
          const { lines, rest } = wrapOpenText(open + piece, columns);
          printed.push(...lines);
          open = rest;
        }
        printed.push(...wrapText(open, columns));
        expect(printed).toEqual(wrapText(pieces.join(""), columns));
      }),
    );
  });

  test("keeps its line feeds until it is known what they separate", () => {
    expect(wrapOpenText("one\n\n", 20)).toEqual({ lines: [], rest: "one\n\n" });
    expect(wrapOpenText("one\n\ntwo", 20)).toEqual({ lines: ["one", ""], rest: "two" });
  });
});
