// Draws the live region under what is already said. Between two draws the cursor rests, hidden, on the region's first cell: a
// terminal that is resized keeps the cursor with its text whether or not it reflows, so "from the cursor down" is the region at
// any width. Ink erases by counting lines, which a reflow makes wrong; hence Ink only renders frames here, and this draws them.

/** What the painter needs of a terminal's output stream. */
export interface PainterOutput {
  readonly rows: number;
  readonly writableNeedDrain?: boolean;
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
}

export interface Painter {
  /** Takes the terminal: hides the cursor, turns bracketed paste on. */
  open(): void;
  /** Lines to print above the live region, for good, with the next frame. */
  append(lines: readonly string[]): void;
  /** The live region as it should look now, lines joined by line feeds. */
  frame(text: string): void;
  /** The terminal changed under us: draw everything next time. */
  invalidate(): void;
  /** Erases the live region and gives the terminal back as it was. */
  close(): void;
  /** The bytes that undo what `open` set. */
  readonly restoreModes: string;
}

const csi = "\u001b[";
const beginUpdate = `${csi}?2026h`;
const endUpdate = `${csi}?2026l`;
/** Over-wide lines of the region are cut, not wrapped, should the terminal be narrower than we know yet. */
const wrapOff = `${csi}?7l`;
const wrapOn = `${csi}?7h`;
const eraseLineEnd = `${csi}K`;
const eraseDown = `${csi}J`;

/** What `open` sets and `close` takes back; a terminal that knows kitty's keys also tells Shift-Enter from Enter. */
function terminalModes(env: NodeJS.ProcessEnv): { take: string; giveBack: string } {
  const knowsKittyKeys =
    /kitty|ghostty|foot/.test(env.TERM ?? "") || /^(WezTerm|ghostty)$/.test(env.TERM_PROGRAM ?? "");
  return {
    take: `${csi}?25l${csi}?2004h${knowsKittyKeys ? `${csi}>1u` : ""}`,
    giveBack: `${knowsKittyKeys ? `${csi}<u` : ""}${csi}?2004l${wrapOn}${csi}?25h`,
  };
}

export function createPainter(output: PainterOutput, env: NodeJS.ProcessEnv): Painter {
  const modes = terminalModes(env);
  let shown: string[] = [];
  let wanted: string[] = [];
  let above: string[] = [];
  let isOpen = false;
  let isFlushing = false;

  function paint(): void {
    if (!isOpen || isFlushing) return;
    if (output.writableNeedDrain) {
      // A slow terminal must not hold up the answer: skip frames until it has caught up.
      isFlushing = true;
      output.once("drain", () => {
        isFlushing = false;
        paint();
      });
      return;
    }
    const lines = wanted.slice(-Math.max(1, output.rows));
    const text = paintText({ above, shown, lines });
    above = [];
    shown = lines;
    if (text !== "") output.write(beginUpdate + text + endUpdate);
  }

  return {
    restoreModes: modes.giveBack,
    open() {
      isOpen = true;
      shown = [];
      output.write(modes.take);
      if (wanted.length > 0) paint();
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
      shown = [];
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      const last = above.map((line) => `${line}${eraseLineEnd}\r\n`).join("");
      above = [];
      shown = [];
      output.write(`\r${last}${eraseDown}${modes.giveBack}`);
    },
  };
}

/** The bytes that turn the shown region into the wanted one, with new lines printed above it. */
export function paintText(draw: {
  above: readonly string[];
  shown: readonly string[];
  lines: readonly string[];
}): string {
  const { above, lines } = draw;
  const isFresh = above.length > 0 || draw.shown.length === 0;
  const shown = isFresh ? [] : draw.shown;
  if (!isFresh && shown.length === lines.length && lines.every((line, row) => line === shown[row])) return "";
  const printed = above.map((line) => `${line}${eraseLineEnd}\r\n`).join("");
  const below = isFresh || shown.length > lines.length ? eraseDown : "";
  const isKept = (line: string, row: number) => line === shown[row] && (below === "" || row < lines.length - 1);
  const region = lines.map((line, row) => (isKept(line, row) ? "" : line + eraseLineEnd)).join("\r\n");
  const up = lines.length > 1 ? `${csi}${lines.length - 1}A` : "";
  return `\r${isFresh && above.length === 0 ? eraseDown : ""}${printed}${wrapOff}${region}${wrapOn}${below}${up}\r`;
}
