// Where in the live region the cursor is drawn, and where the region begins seen from there, once the terminal is resized.
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { graphemeColumns, graphemes } from "../wrap.ts";

/** How a theme draws the cursor. Nothing else in the region is inverse. */
export const cursorStart = "\u001b[7m";

/** A cell of the region: its row, what stands before it there, styled, and the columns that this takes. */
export interface CursorPlace {
  readonly row: number;
  readonly column: number;
  readonly before: string;
}

/** Where the drawn cursor is; undefined where there is none. */
export function findCursor(lines: readonly string[]): CursorPlace | undefined {
  const row = lines.findIndex((line) => line.includes(cursorStart));
  if (row < 0) return undefined;
  const line = lines[row] as string;
  const before = line.slice(0, line.indexOf(cursorStart));
  const end = before.includes("\u001b") ? "\u001b[0m" : "";
  return { row, column: stringWidth(before), before: before + end };
}

/**
 * Where the place is in a terminal that reflows: what stands before it, in rows cut at `from` columns, is broken anew, each for
 * itself, or as one line of full rows. A wide character that would stand half in the last column goes below.
 */
export function reflowed(
  lines: readonly string[],
  place: CursorPlace,
  { from, to, isOneLine }: { from: number; to: number; isOneLine: boolean },
): { row: number; column: number } {
  let cells = 0;
  const put = (columns: number) => {
    if (columns === 2 && cells % to === to - 1) cells++;
    cells += columns;
  };
  for (const line of lines.slice(0, place.row)) {
    const rowStart = cells;
    const used = putText(line, from, put);
    if (isOneLine) for (let column = used; column < from; column++) put(1);
    else cells = Math.ceil(Math.max(cells, rowStart + 1) / to) * to;
  }
  putText(place.before, from - 1, put);
  return { row: Math.floor(cells / to), column: cells % to };
}

/** Returns the columns of the text, as far as there is room for it. */
function putText(text: string, room: number, put: (columns: number) => void): number {
  let used = 0;
  for (const grapheme of graphemes(stripVTControlCharacters(text))) {
    const columns = graphemeColumns(grapheme);
    if (used + columns > room) break;
    used += columns;
    put(columns);
  }
  return used;
}
