import { PassThrough } from "node:stream";
import xterm from "@xterm/headless";
import { expect, test } from "vitest";
import { createProgress } from "../../src/cli/progress.ts";

/** A stream that a terminal of `columns` stands behind, or, without columns, a file. */
function streamOf(columns?: number): { stream: NodeJS.WriteStream; text: () => string } {
  const through = new PassThrough();
  const terminal = columns ? { isTTY: true, columns, rows: 24, cursorTo: undefined } : { isTTY: false };
  let text = "";
  through.on("data", (piece) => {
    text += piece;
  });
  return { stream: Object.assign(through, terminal) as unknown as NodeJS.WriteStream, text: () => text };
}

test("without a terminal: one plain line a tenth", () => {
  const { stream, text } = streamOf();
  const progress = createProgress(stream, "tiny");
  for (let done = 0; done <= 1000; done++) progress.update(done * 1000, 1_000_000);
  progress.end();
  progress.update(1, 2);
  const lines = text().trimEnd().split("\n");
  expect(lines).toHaveLength(11);
  expect(lines[3]).toBe("tiny: 300 kB of 1 MB (30%)");
  expect(lines.at(-1)).toBe("tiny: 1 MB of 1 MB (100%)");
  expect(text()).not.toContain("\u001b");
});

test("an unknown size shows nothing", () => {
  const { stream, text } = streamOf();
  createProgress(stream, "tiny").update(500, 0);
  expect(text()).toBe("");
});

test.each([40, 80])("on a terminal of %i columns: one line, gone at the end", async (columns) => {
  const { stream, text } = streamOf(columns);
  const progress = createProgress(stream, "gemma3-270m");
  progress.update(0, 238_000_000);
  progress.update(119_000_000, 238_000_000);
  const shown = await screenOf(text(), columns);
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain("0%");
  expect(shown[0]).toContain("of 238 MB");
  progress.end();
  progress.end();
  expect(await screenOf(text(), columns)).toEqual([]);
  // The cursor is shown again, and lines wrap again.
  expect(text().lastIndexOf("\u001b[?25h")).toBeGreaterThan(text().lastIndexOf("\u001b[?25l"));
  expect(text().lastIndexOf("\u001b[?7h")).toBeGreaterThan(text().lastIndexOf("\u001b[?7l"));
});

async function screenOf(text: string, columns: number): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 24, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const lines: string[] = [];
  for (let row = 0; row < terminal.buffer.active.length; row++) {
    lines.push(terminal.buffer.active.getLine(row)?.translateToString(true) ?? "");
  }
  terminal.dispose();
  return lines.filter((line) => line.trim() !== "");
}
