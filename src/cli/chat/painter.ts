// Draws the live region under what is already said. Between two draws the cursor rests, hidden, on the region's first cell: a
// terminal that is resized keeps the cursor with its text whether or not it reflows, so "from the cursor down" is the region at
// any width. Ink erases by counting lines, which a reflow makes wrong; hence Ink only renders frames here, and this draws them.
import type { TerminalOutput } from "./terminal-output.ts";

export interface Painter {
  /** Takes the terminal: hides the cursor, turns bracketed paste on. */
  open(): void;
  /** Lines to print above the live region, for good, with the next frame. */
  append(lines: readonly string[]): void;
  /** The live region as it should look now, lines joined by line feeds. */
  frame(text: string): void;
  /** Takes the terminal once more, after somebody else had it unasked. */
  reopen(): void;
  /** The terminal changed under us: draw everything next time. */
  invalidate(): void;
  /** Erases the live region and gives the terminal back as it was. */
  close(): Promise<void>;
  /** The bytes that undo what `open` set. */
  readonly restoreModes: string;
}

const csi = "\u001b[";
const beginUpdate = `${csi}?2026h`;
const endUpdate = `${csi}?2026l`;
/** Over-wide rows of the region are cut, not wrapped, should the terminal be narrower than we know yet. */
const wrapOff = `${csi}?7l`;
const wrapOn = `${csi}?7h`;
const eraseLineEnd = `${csi}K`;
const eraseDown = `${csi}J`;
/**
 * Goes on in the next row the way a long line does: a space in the last column, another that wraps. The region is so one line to
 * the terminal, with the cursor at its start. xterm.js leaves the cursor's line alone in a reflow, but moves the cursor by the rows
 * that any line below it gains; and what comes after the cursor in its own line never moves it anywhere.
 */
const joinRow = `${csi}999G${wrapOn}  \r${wrapOff}`;

/** What `open` sets and `close` takes back; a terminal that knows kitty's keys also tells Shift-Enter from Enter. */
function terminalModes(env: NodeJS.ProcessEnv): { take: string; giveBack: string } {
  const knowsKittyKeys =
    /kitty|ghostty|foot/.test(env.TERM ?? "") || /^(WezTerm|ghostty)$/.test(env.TERM_PROGRAM ?? "");
  return {
    take: `${csi}?25l${csi}?2004h${knowsKittyKeys ? `${csi}>1u` : ""}`,
    giveBack: `${knowsKittyKeys ? `${csi}<u` : ""}${csi}?2004l${wrapOn}${csi}?25h`,
  };
}

export function createPainter(output: TerminalOutput, env: NodeJS.ProcessEnv): Painter {
  const modes = terminalModes(env);
  /** What is on screen; undefined where that is not known. */
  let shown: string | undefined;
  let wanted: string[] = [];
  let above: string[] = [];
  let isOpen = false;
  let isWaiting = false;

  function paint(): void {
    if (!isOpen || isWaiting) return;
    if (output.isBusy) {
      // A slow terminal gets fewer frames.
      isWaiting = true;
      output.settled().then(() => {
        isWaiting = false;
        paint();
      });
      return;
    }
    const text = wanted.slice(-Math.max(1, output.rows)).join("\n");
    if (above.length === 0 && text === shown) return;
    const isErased = above.length > 0 || shown === undefined;
    output.write(beginUpdate + paintText({ above, lines: text.split("\n"), isErased }) + endUpdate);
    above = [];
    shown = text;
  }

  function open(): void {
    isOpen = true;
    shown = undefined;
    output.write(modes.take);
    if (wanted.length > 0) paint();
  }

  return {
    restoreModes: modes.giveBack,
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
    frame(text) {
      wanted = text.split("\n");
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
      output.write(`\r${eraseDown}${last}${modes.giveBack}`);
      await output.settled();
    },
  };
}

/** The bytes that draw the region from its first cell, after new lines printed above it, and go back to that cell. */
function paintText(draw: { above: readonly string[]; lines: readonly string[]; isErased: boolean }): string {
  const printed = draw.above.map((line) => `${line}\r\n`).join("");
  const region = draw.lines.map((line) => line || " ").join(eraseLineEnd + joinRow);
  const up = draw.lines.length > 1 ? `${csi}${draw.lines.length - 1}A` : "";
  return `\r${draw.isErased ? eraseDown : ""}${printed}${wrapOff}${region}${eraseDown}${wrapOn}${up}\r`;
}
