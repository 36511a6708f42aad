// Where the live region begins, seen from the cursor that rests inside of it. A terminal that becomes wider or narrower keeps the
// cursor with its text, but tells nobody whether it broke that text anew: where this makes a difference it is asked for the
// cursor's column. While it is being resized the cursor rests on the region's first cell, which is right at any width.
import { type CursorPlace, reflowed } from "../editor/cursor-place.ts";
import type { CursorAnswer, CursorQuery } from "./cursor-query.ts";
import type { TerminalOutput } from "./terminal-output.ts";

export interface RegionStart {
  /** The bytes that go there. */
  readonly goTo: string;
  /** Whether the region's rows belong in one line of the terminal's: where it does not break all of its lines anew, or may not. */
  readonly isOneLine: boolean;
  /** Whether the terminal is being resized. */
  readonly isMoving: boolean;
  /** Looks for it after a change of width; undefined where it is known. */
  search(): Promise<void> | undefined;
  /** What was drawn, and where in it the cursor was left; undefined: on the first cell. */
  left(lines: readonly string[], cursor: CursorPlace | undefined): void;
  isLeftAt(cursor: CursorPlace | undefined): boolean;
  /** The region is gone, or nobody knows where: it begins at the cursor. */
  forget(): void;
  /** Resolves when the terminal owes no answer: whoever reads next would take it for keys. */
  settled(): Promise<void>;
}

/** A terminal whose width has not changed for so long is not being resized. tmux waits for 250 ms before it tells the next width. */
const quietMs = 300;

export function rowsUp(rows: number): string {
  return rows > 0 ? `\r\u001b[${rows}A` : "\r";
}

/** Without a query nothing is asked. `redraw` is called when the region belongs elsewhere, or otherwise, than it was drawn. */
export function createRegionStart(
  output: TerminalOutput,
  { query, redraw }: { query?: CursorQuery; redraw: () => void },
): RegionStart {
  let rest: { lines: readonly string[]; cursor: CursorPlace; columns: number; isOneLine: boolean } | undefined;
  let columns = output.columns;
  let up = 0;
  let quiet: NodeJS.Timeout | undefined;
  /** Whether the terminal breaks its text anew: as its kind does, or as was last to be seen. */
  let reflows = true;
  let isOneLine = true;
  /** Undefined until it was asked once; nobody waits for a terminal that has never answered. */
  let answers: boolean | undefined;
  let asking: Promise<unknown> = Promise.resolve();

  function noteResize(): void {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      quiet = undefined;
      redraw();
    }, quietMs).unref();
  }

  function askPlace(): Promise<CursorAnswer | undefined> {
    const answer = query?.place() ?? Promise.resolve(undefined);
    asking = answer;
    return answer;
  }

  function askKind({ keepsRows }: CursorQuery): void {
    answers = false;
    asking = keepsRows().then((keeps) => {
      answers = keeps !== undefined;
      reflows = keeps !== true;
      isOneLine = keeps !== false;
      if (!isOneLine) redraw();
    });
  }

  /** Where the cursor is now, in a terminal that leaves its text as it is and in one that breaks it anew. */
  function places({ lines, cursor, columns: from, isOneLine }: NonNullable<typeof rest>, to: number) {
    const kept = { row: cursor.row, column: Math.min(cursor.column, to - 1) };
    return { kept, anew: reflowed(lines, cursor, { from, to, isOneLine }) };
  }

  function know({ column, columns: to }: { column?: number; columns: number } = output): void {
    columns = output.columns;
    if (!rest) return;
    const { kept, anew } = places(rest, to);
    if (column !== undefined && (column === anew.column) !== (column === kept.column)) reflows = column === anew.column;
    const isAnew = column !== undefined && reflows;
    // How wide the terminal draws what is before the cursor may differ by a few columns from what we think.
    up = isAnew ? Math.max(0, Math.round((anew.row * to + anew.column - column) / to)) : kept.row;
  }

  async function find(): Promise<void> {
    const place = await askPlace();
    answers = place !== undefined;
    know(place);
  }

  return {
    get goTo() {
      return rowsUp(up);
    },
    get isOneLine() {
      return isOneLine;
    },
    get isMoving() {
      return quiet !== undefined;
    },
    search() {
      if (output.columns === columns) return undefined;
      noteResize();
      const { kept, anew } = rest ? places(rest, output.columns) : {};
      if (answers && kept?.row !== anew?.row) return find();
      know();
      return undefined;
    },
    left(lines, cursor) {
      rest = cursor && { lines, cursor, columns, isOneLine };
      up = cursor?.row ?? 0;
      if (answers === undefined && query?.isReady) askKind(query);
    },
    isLeftAt: (cursor) => rest?.cursor.row === cursor?.row && rest?.cursor.column === cursor?.column,
    forget() {
      rest = undefined;
      up = 0;
    },
    settled: async () => void (await asking),
  };
}
