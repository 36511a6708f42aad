// Draws the live region under what is already said. Between two draws the cursor rests, hidden, where the input's is drawn: input
// methods open their windows there. A terminal that is resized keeps the cursor with its text, so that where the region begins is
// known from it (`region-start.ts`). Ink erases by counting lines, which a reflow makes wrong; hence Ink only renders frames here.
import { stripVTControlCharacters } from "node:util";
import { columnsOf, cutToColumns } from "../../sessions/cut-to-columns.ts";
import { type CursorPlace, cursorStart, findCursor } from "../editor/cursor-place.ts";
import type { CursorQuery } from "./cursor-query.ts";
import { createRegionStart, rowsUp } from "./region-start.ts";
import type { TerminalOutput } from "./terminal-output.ts";

export interface Painter {
  /** Takes the terminal: hides the cursor where nobody follows it, turns bracketed paste on. */
  open(): void;
  /** Lines to print above the live region, for good, with the next frame. */
  append(lines: readonly string[]): void;
  /**
   * The live region as it should look now, lines joined by line feeds. One `isAnswering` is drawn over all the time, and a terminal
   * that is being resized tells of it late: then the cursor rests on its first cell, which is where it begins at any width, but
   * for those with an input method, for a while after something was typed, and where few rows are above the input.
   */
  frame(text: string, isAnswering?: boolean): void;
  /** Takes the terminal once more, after somebody else had it unasked. */
  reopen(): void;
  /** The terminal changed under us: draw everything next time. */
  invalidate(): void;
  /** Erases the live region and gives the terminal back as it was. */
  close(): Promise<void>;
  /** The bytes that undo what `open` set. */
  readonly restoreModes: string;
  /** The bytes that somebody else may write when this process was killed, before the shell has its prompt there or after. */
  readonly afterKill: string;
}

const csi = "\u001b[";
const beginUpdate = `${csi}?2026h`;
const endUpdate = `${csi}?2026l`;
/** Over-wide rows of the region are cut, not wrapped, should the terminal be narrower than we know yet. */
const wrapOff = `${csi}?7l`;
const wrapOn = `${csi}?7h`;
const eraseLineEnd = `${csi}K`;
/** Of what a reflow has made one line, tmux parts a row that is erased whole. */
const eraseLine = `${csi}2K`;
const eraseDown = `${csi}J`;
/** From the second cell on: where all of its screen is erased from the first, tmux keeps it in the scrollback. */
const eraseAll = `${eraseLineEnd}${csi}C${eraseDown}\r`;
/**
 * Goes on in the next row the way a long line does: a space in the last column, another that wraps. The region is so one line to
 * the terminal, the cursor's. xterm.js leaves the cursor's line alone in a reflow, but moves the cursor by the rows that any line
 * below it gains; and what comes after the cursor in its own line never moves it anywhere. Where all lines are broken anew, rows
 * that are lines of their own stay where they are in a wider terminal, and become few more in a narrower one.
 */
const joinRow = `${csi}999G${wrapOn}  \r${wrapOff}`;

/** While an answer comes: rows above the input, and the time since something was typed in it. */
const fewRows = 4;
const typingMs = 5000;
/** Whoever has typed such a character has an input method, perhaps. */
const composed = /[^\p{ASCII}\p{P}]/u;

/** What `open` sets and `close` takes back; a terminal that knows kitty's keys also tells Shift-Enter from Enter. */
function terminalModes(
  env: NodeJS.ProcessEnv,
  showsCursor: boolean,
): { take: string; giveBack: string; afterKill: string } {
  const knowsKittyKeys =
    /kitty|ghostty|foot/.test(env.TERM ?? "") || /^(WezTerm|ghostty)$/.test(env.TERM_PROGRAM ?? "");
  const keysBack = knowsKittyKeys ? `${csi}<u` : "";
  return {
    take: `${csi}?25${showsCursor ? "h" : "l"}${csi}?2004h${knowsKittyKeys ? `${csi}>1u` : ""}`,
    giveBack: `${keysBack}${csi}?2004l${wrapOn}${csi}?25h`,
    afterKill: `${endUpdate}${eraseDown}${keysBack}${wrapOn}${csi}?25h`,
  };
}

/** What is drawn before the cursor, at which width, and when that last changed while an answer came. */
interface Input {
  readonly typed: string | undefined;
  readonly columns: number;
  readonly isAnswering: boolean;
  readonly changedAt: number;
}

export interface PainterOptions {
  readonly query?: CursorQuery;
  /** For screen readers, which follow it. */
  readonly showsCursor?: boolean;
}

export function createPainter(
  output: TerminalOutput,
  env: NodeJS.ProcessEnv,
  { query, showsCursor = false }: PainterOptions = {},
): Painter {
  const modes = terminalModes(env, showsCursor);
  const start = createRegionStart(output, {
    query,
    redraw() {
      shown = undefined;
      paint();
    },
  });
  /** What is on screen; undefined where that is not known. */
  let shown: string | undefined;
  let wanted: string[] = [];
  let above: string[] = [];
  let isOpen = false;
  let isWaiting = false;
  let hasInputMethod = false;
  let mostRows = Number.POSITIVE_INFINITY;
  let input: Input = { typed: undefined, columns: 0, isAnswering: false, changedAt: Number.NEGATIVE_INFINITY };

  function paint(): void {
    if (!isOpen || isWaiting) return;
    // A slow terminal gets fewer frames, and one that was resized none before it has said where the cursor is.
    const obstacle = output.isBusy ? output.settled() : start.search();
    if (obstacle) {
      waitFor(obstacle);
      return;
    }
    const { isOneLine } = start;
    const last = wanted.slice(-Math.max(1, output.rows));
    const lines = start.isMoving && !isOneLine ? last.map((line) => shortened(line, output.columns / 2)) : last;
    const text = lines.join("\n");
    const drawn = start.isMoving ? undefined : findCursor(lines);
    const cursor = drawn && drawn.row <= mostRows ? drawn : undefined;
    if (above.length === 0 && text === shown && start.isLeftAt(cursor)) return;
    const isErased = above.length > 0 || shown === undefined;
    output.write(beginUpdate + start.goTo + paintText({ above, lines, isErased, isOneLine, cursor }) + endUpdate);
    start.left(lines, cursor);
    above = [];
    shown = text;
  }

  /** Whether something was typed shows in what is drawn before the cursor; a new width may break that elsewhere. */
  function noteInput(isAnswering: boolean): void {
    const typed = wanted.find((line) => line.includes(cursorStart))?.split(cursorStart)[0];
    const { columns } = output;
    const isSame = typed === input.typed || columns !== input.columns;
    const goesOn = isAnswering && input.isAnswering;
    const changedAt = !goesOn ? Number.NEGATIVE_INFINITY : isSame ? input.changedAt : performance.now();
    input = { typed, columns, isAnswering, changedAt };
    hasInputMethod ||= composed.test(typed ?? "");
    const isTyping = hasInputMethod && performance.now() - changedAt < typingMs;
    mostRows = !isAnswering ? Number.POSITIVE_INFINITY : isTyping ? fewRows : -1;
  }

  function waitFor(event: Promise<void>): void {
    isWaiting = true;
    event.then(() => {
      isWaiting = false;
      paint();
    });
  }

  function open(): void {
    isOpen = true;
    shown = undefined;
    start.forget();
    output.write(modes.take);
    if (wanted.length > 0) paint();
  }

  return {
    restoreModes: modes.giveBack,
    afterKill: modes.afterKill,
    open,
    reopen() {
      if (isOpen) open();
    },
    append(lines) {
      if (lines.length === 0) return;
      above.push(...lines);
      // The frame that belongs to these lines is usually on its way; should none come, they are printed all the same.
      setImmediate(() => above.length > 0 && paint());
    },
    frame(text, isAnswering = false) {
      wanted = text.split("\n");
      noteInput(isAnswering);
      paint();
    },
    invalidate() {
      shown = undefined;
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      const last = above.map((line) => `${line}\r\n`).join("");
      above = [];
      shown = undefined;
      output.write(`${start.goTo}${eraseAll}${last}${modes.giveBack}`);
      await output.settled();
      await start.settled();
    },
  };
}

/**
 * A row as it is while the terminal is being resized: one that is longer than the next width becomes two, for which tmux moves the
 * top of the screen into the scrollback, the region in the end.
 */
function shortened(line: string, columns: number): string {
  const text = stripVTControlCharacters(line);
  return columnsOf(text) <= columns ? line : cutToColumns(text, Math.floor(columns));
}

interface Drawing {
  readonly above: readonly string[];
  readonly lines: readonly string[];
  readonly isErased: boolean;
  readonly isOneLine: boolean;
  readonly cursor: CursorPlace | undefined;
}

/**
 * The bytes that draw the region from its first cell, after new lines printed above it, and go to the cursor's cell, by writing
 * once more what is before it: the terminal alone knows how wide it draws that.
 */
function paintText({ above, lines, isErased, isOneLine, cursor }: Drawing): string {
  const printed = above.map((line) => `${line}\r\n`).join("");
  const region = isOneLine
    ? lines.map((line) => line || " ").join(eraseLineEnd + joinRow)
    : lines.map((line) => eraseLine + line).join("\r\n");
  const back = rowsUp(lines.length - 1 - (cursor?.row ?? 0)) + (cursor?.before ?? "");
  return `${isErased ? eraseAll : ""}${printed}${wrapOff}${region}${eraseDown}${back}${wrapOn}`;
}
