// Where the live region begins after a change of width: in a terminal that breaks its text anew, in one that leaves it, and in one
// that says nothing. The rows and columns that a terminal would come to are counted here cell by cell.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cursorStart, findCursor, reflowed } from "../../../../src/cli/chat/editor/cursor-place.ts";
import type { CursorAnswer } from "../../../../src/cli/chat/terminal/cursor-query.ts";
import { createRegionStart } from "../../../../src/cli/chat/terminal/region-start.ts";
import type { TerminalOutput } from "../../../../src/cli/chat/terminal/terminal-output.ts";

const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
const lines = ["", `${bold("› ")}one 你好`, `  two ${cursorStart}x\u001b[27m`, "status"];

test("the cursor is found behind what is drawn before it, styles and all", () => {
  expect(findCursor(lines)).toEqual({ row: 2, column: 6, before: "  two " });
  expect(findCursor([`${bold("› ")}你${cursorStart} `])).toEqual({
    row: 0,
    column: 4,
    before: `${bold("› ")}你\u001b[0m`,
  });
  expect(findCursor(["no cursor"])).toBeUndefined();
});

describe("a text that is broken anew", () => {
  test.each([
    ["the same width", 20, { row: 2, column: 6 }, { row: 2, column: 6 }],
    ["half the width", 10, { row: 4, column: 6 }, { row: 2, column: 6 }],
    ["a width that is less than some rows have", 4, { row: 11, column: 2 }, { row: 5, column: 2 }],
    ["twice the width", 40, { row: 1, column: 6 }, { row: 2, column: 6 }],
    ["a width between", 16, { row: 2, column: 14 }, { row: 2, column: 6 }],
  ])("has its cursor in the right cell at %s, be it one line or more", (_name, to, inOne, inMore) => {
    const place = findCursor(lines) as never;
    expect(reflowed(lines, place, { from: 20, to, isOneLine: true })).toEqual(inOne);
    expect(reflowed(lines, place, { from: 20, to, isOneLine: false })).toEqual(inMore);
  });

  test("moves a wide character that would stand half in the last column", () => {
    const wide = [`ab你${cursorStart} `];
    expect(reflowed(wide, findCursor(wide) as never, { from: 20, to: 3, isOneLine: true })).toEqual({
      row: 1,
      column: 2,
    });
  });

  test("was cut where it was longer than its rows", () => {
    const long = ["a row of more than ten columns", cursorStart];
    expect(reflowed(long, findCursor(long) as never, { from: 10, to: 10, isOneLine: false })).toEqual({
      row: 1,
      column: 0,
    });
  });

  test("without wide characters is counted in cells alone", () => {
    const numbers = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(fc.nat(5), fc.nat(59), numbers, (row, column, to) => {
        const text = [...Array(row).fill("text"), " ".repeat(column) + cursorStart];
        const cells = row * 60 + column;
        const place = { row: Math.floor(cells / to), column: cells % to };
        expect(reflowed(text, findCursor(text) as never, { from: 60, to, isOneLine: true })).toEqual(place);
      }),
    );
  });
});

/** A terminal that answers, first whether it keeps its rows, then columns and widths; `undefined` is an answer that does not come. */
function terminal(keepsRows: boolean | undefined, ...answers: (CursorAnswer | undefined)[]) {
  const output = { columns: 20, rows: 9, isBusy: false, write: () => {}, settled: async () => {} };
  const query = { isReady: true, keepsRows: async () => keepsRows, place: async () => answers.shift() };
  const start = createRegionStart(output satisfies TerminalOutput, { query, redraw: () => {} });
  start.left(lines, findCursor(lines));
  return { output, start, answers };
}

const up = (rows: number) => `\r\u001b[${rows}A`;

describe("the start", () => {
  test("is above the cursor while the width stays", async () => {
    const { start } = terminal(false);
    expect(start.search()).toBeUndefined();
    expect(start.goTo).toBe(up(2));
    start.left(lines, undefined);
    expect(start.goTo).toBe("\r");
  });

  test.each([
    ["breaks its text anew", false, 16, 14, 2],
    ["breaks it anew, and draws it a column wider than we think", false, 12, 11, 3],
    ["leaves its text as it is, though its kind does not", false, 6, 5, 2],
    ["leaves its text as it is", true, 6, 5, 2],
    ["breaks its text anew, though its kind does not", true, 6, 4, 7],
    ["breaks it anew: the column would be the same in either case", false, 10, 6, 4],
    ["leaves it: the column would be the same in either case", true, 10, 6, 2],
  ])("is found in a terminal that %s", async (_name, keepsRows, columns, column, rows) => {
    const { output, start } = terminal(keepsRows, { column, columns });
    await start.settled();
    output.columns = columns;
    await start.search();
    expect(start.goTo).toBe(up(rows));
    expect(start.isMoving).toBe(true);
  });

  test("is where it is at the width that the terminal has, whichever it has told", async () => {
    const { output, start } = terminal(false, { column: 14, columns: 16 });
    await start.settled();
    output.columns = 10;
    await start.search();
    expect(start.goTo).toBe(up(2));
    expect(start.isMoving).toBe(true);
  });

  test("stays where it is in a wider terminal where rows are lines of their own", async () => {
    const { output, start } = terminal(false);
    expect(start.isOneLine).toBe(true);
    await start.settled();
    expect(start.isOneLine).toBe(false);
    start.left(lines, findCursor(lines));
    output.columns = 40;
    expect(start.search()).toBeUndefined();
    expect(start.goTo).toBe(up(2));
  });

  test("is not asked of a terminal that has never answered", async () => {
    const { output, start } = terminal(undefined, { column: 6, columns: 10 });
    await start.settled();
    output.columns = 10;
    expect(start.search()).toBeUndefined();
    expect(start.goTo).toBe(up(2));
  });

  test("is the cursor where the region is gone", async () => {
    const { start } = terminal(false);
    start.forget();
    expect(start.goTo).toBe("\r");
  });
});
