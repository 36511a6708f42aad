// The painter's bytes, replayed in a terminal emulator: what is on screen, and what is in the scrollback for good.
import xterm from "@xterm/headless";
import { describe, expect, test, vi } from "vitest";
import { cursorStart } from "../../../../src/cli/chat/editor/cursor-place.ts";
import { createPainter } from "../../../../src/cli/chat/terminal/painter.ts";
import type { TerminalOutput } from "../../../../src/cli/chat/terminal/terminal-output.ts";

const esc = "\u001b";

/** A terminal whose writes end when the test says so. */
function createScreen(columns = 20, rows = 6) {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
  const writes: string[] = [];
  const busy = { is: false, end: () => {} };
  const output: TerminalOutput = {
    columns,
    rows,
    get isBusy() {
      return busy.is;
    },
    write(bytes) {
      writes.push(bytes);
      terminal.write(bytes);
    },
    settled: () =>
      new Promise((resolve) => {
        busy.end = () => {
          busy.is = false;
          resolve();
        };
        if (!busy.is) resolve();
      }),
  };
  const settled = () => new Promise<void>((resolve) => terminal.write("", resolve));
  return {
    output,
    writes,
    busy,
    async cursor() {
      await settled();
      const { cursorY: row, cursorX: column } = terminal.buffer.active;
      return { row, column };
    },
    /** The rows that go on with the line of the one before. */
    async wrapped(): Promise<number[]> {
      await settled();
      const rows = Array.from({ length: terminal.buffer.active.length }, (_, row) => row);
      return rows.filter((row) => terminal.buffer.active.getLine(row)?.isWrapped);
    },
    async lines(): Promise<string[]> {
      await settled();
      const buffer = terminal.buffer.active;
      const all = Array.from({ length: buffer.length }, (_, row) =>
        buffer.getLine(row)?.translateToString(true).trimEnd(),
      );
      return all.join("\n").trimEnd().split("\n");
    },
  };
}

function open(columns?: number, rows?: number) {
  const screen = createScreen(columns, rows);
  const painter = createPainter(screen.output, {});
  painter.open();
  return { ...screen, painter };
}

describe("the live region", () => {
  test("is drawn over itself, longer or shorter", async () => {
    const { painter, lines } = open();
    for (const text of ["one\ntwo\nthree", "one", "four\nfive"]) painter.frame(text);
    expect(await lines()).toEqual(["four", "five"]);
  });

  test("stays under the lines that are printed for good", async () => {
    const { painter, lines } = open();
    painter.frame("prompt\nstatus");
    painter.append(["answer 1", "answer 2"]);
    painter.frame("prompt 2\nstatus");
    painter.append(["answer 3"]);
    painter.frame("prompt 3\nstatus");
    expect(await lines()).toEqual(["answer 1", "answer 2", "answer 3", "prompt 3", "status"]);
  });

  test("leaves each printed line in the scrollback once", async () => {
    const { painter, lines } = open(20, 5);
    const printed = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    for (const line of printed) {
      painter.append([line]);
      painter.frame(`after ${line}\nstatus`);
    }
    expect(await lines()).toEqual([...printed, "after line 39", "status"]);
  });

  test("shows its last rows where the terminal is lower than it", async () => {
    const { painter, lines } = open(20, 3);
    painter.frame("one\ntwo\nthree\nfour\nfive");
    expect(await lines()).toEqual(["three", "four", "five"]);
  });

  test("cuts rows that are too wide instead of wrapping them", async () => {
    const { painter, lines } = open(10, 4);
    painter.frame("123456789012345\nnext");
    const [first = "", second] = await lines();
    expect(first.slice(0, 9)).toBe("123456789");
    expect(second).toBe("next");
  });

  test("is one line of the terminal's until that is known to break all of its lines anew", async () => {
    const screen = createScreen();
    const query = { isReady: true, keepsRows: async () => false, place: async () => undefined };
    const painter = createPainter(screen.output, {}, { query });
    painter.open();
    painter.frame("one\n\nthree");
    expect(screen.writes.at(-1)).toContain("one\u001b[K\u001b[999G");
    await new Promise(setImmediate);
    expect(await screen.wrapped()).toEqual([]);
    expect(await screen.lines()).toEqual(["one", "", "three"]);
  });

  test("has short rows while a terminal that breaks them anew is being resized, and whole ones after that", async () => {
    vi.useFakeTimers();
    const screen = createScreen();
    const query = { isReady: true, keepsRows: async () => false, place: async () => undefined };
    const painter = createPainter(screen.output, {}, { query });
    painter.open();
    painter.frame("a row of 15 sign\nshort");
    await vi.advanceTimersByTimeAsync(0);
    Object.assign(screen.output, { columns: 18 });
    painter.frame("a row of 15 sign\nshort");
    expect(screen.writes.at(-1)).toContain("a row of…\r\n");
    await vi.advanceTimersByTimeAsync(400);
    expect(screen.writes.at(-1)).toContain("a row of 15 sign\r\n");
    vi.useRealTimers();
  });

  test("leaves the cursor where it is drawn, and is drawn over from there", async () => {
    const { painter, lines, cursor } = open();
    painter.frame(`above\n› 你好${cursorStart} \u001b[27m\nstatus`);
    expect(await cursor()).toEqual({ row: 1, column: 6 });
    painter.append(["printed"]);
    painter.frame(`› one\n  two${cursorStart}x\u001b[27m\nstatus`);
    expect(await lines()).toEqual(["printed", "› one", "  twox", "status"]);
    expect(await cursor()).toEqual({ row: 2, column: 5 });
    await painter.close();
    expect(await lines()).toEqual(["printed"]);
  });

  describe("while an answer comes", () => {
    const answer = (rows: number, typed = "") => `${"line\n".repeat(rows)}› ${typed}${cursorStart} \u001b[27m\nstatus`;
    const firstCell = { row: 0, column: 0 };

    test("leaves it on the first cell until something is typed with an input method", async () => {
      const { painter, cursor } = open(20, 12);
      painter.frame(answer(0, "hi"));
      expect(await cursor()).toEqual({ row: 0, column: 4 });
      painter.frame(answer(2), true);
      expect(await cursor()).toEqual(firstCell);
      painter.frame(answer(3, "a"), true);
      expect(await cursor()).toEqual(firstCell);
      painter.frame(answer(3, "a你"), true);
      expect(await cursor()).toEqual({ row: 3, column: 5 });
      painter.frame(answer(4, "a"), true);
      expect(await cursor()).toEqual({ row: 4, column: 3 });
    });

    test("leaves it there again where much is above, and when nothing is typed for a while", async () => {
      const clock = vi.spyOn(performance, "now").mockReturnValue(0);
      const { painter, cursor } = open(20, 12);
      painter.frame(answer(4), true);
      painter.frame(answer(4, "é"), true);
      painter.frame(answer(5, "é"), true);
      expect(await cursor()).toEqual(firstCell);
      painter.frame(answer(4, "é"), true);
      expect(await cursor()).toEqual({ row: 4, column: 3 });
      clock.mockReturnValue(60_000);
      painter.frame(answer(3, "é"), true);
      expect(await cursor()).toEqual(firstCell);
      painter.frame(answer(3, "é"));
      expect(await cursor()).toEqual({ row: 3, column: 3 });
      clock.mockRestore();
    });
  });

  test("is never erased from the first cell of the screen, which tmux takes for a screen to keep", () => {
    const { painter, writes } = open();
    painter.frame("one");
    painter.invalidate();
    painter.frame("two");
    expect(writes.join("")).not.toContain("\r\u001b[J");
  });

  test("that is the same is not drawn again, until the terminal has changed", () => {
    const { painter, writes } = open();
    painter.frame("same");
    const { length } = writes;
    painter.frame("same");
    expect(writes).toHaveLength(length);
    painter.invalidate();
    painter.frame("same");
    expect(writes).toHaveLength(length + 1);
  });
});

test("a terminal that is slow gets the newest frame alone, and all printed lines", async () => {
  const { painter, lines, busy, writes } = open();
  busy.is = true;
  const before = writes.length;
  for (let index = 0; index < 50; index++) {
    painter.append([`line ${index}`]);
    painter.frame(`frame ${index}`);
  }
  expect(writes).toHaveLength(before);
  busy.end();
  await Promise.resolve();
  expect(await lines()).toEqual([...Array.from({ length: 50 }, (_, index) => `line ${index}`), "frame 49"]);
  expect(writes).toHaveLength(before + 1);
});

describe("the terminal's modes", () => {
  test("are taken on open and given back on close, with the region gone", async () => {
    const { painter, lines, writes } = open();
    painter.append(["kept"]);
    painter.frame("prompt");
    expect(writes[0]).toBe(`${esc}[?25l${esc}[?2004h`);
    painter.append(["and kept"]);
    await painter.close();
    expect(await lines()).toEqual(["kept", "and kept"]);
    expect(writes.at(-1)).toContain(painter.restoreModes);
    expect(painter.restoreModes).toBe(`${esc}[?2004l${esc}[?7h${esc}[?25h`);
  });

  test("have kitty's keys where the terminal knows them, and lose them again", () => {
    const { output, writes } = createScreen();
    const painter = createPainter(output, { TERM: "xterm-kitty" });
    painter.open();
    expect(writes[0]).toContain(`${esc}[>1u`);
    expect(painter.restoreModes).toContain(`${esc}[<u`);
  });

  test("are left alone after close", async () => {
    const { painter, writes } = open();
    await painter.close();
    const { length } = writes;
    painter.frame("late");
    painter.reopen();
    await painter.close();
    expect(writes).toHaveLength(length);
  });
});
