// The plot that grows while the steps land: what each step computes, how long it takes and what stays in the cache, both ways on
// one scale. On a terminal it is drawn over itself.
import stringWidth from "string-width";
import type { ExplainStep } from "../../session/explain/measure.ts";
import { printable } from "../chat/printable.ts";
import type { Theme } from "../chat/theme.ts";
import { cutToColumns } from "../sessions/cut-to-columns.ts";
import { columnChart } from "./column-chart.ts";
import { bytes, count, milliseconds } from "./figures.ts";

export interface PlotFrame {
  readonly title: string;
  /** What the model has written so far. */
  readonly text: string;
  readonly steps: readonly ExplainStep[];
  /** Steps to come in all. */
  readonly expected: number;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

const labelColumns = 9;
const figureColumns = 22;
/** Lines that are no chart. */
const otherRows = 6;
const charts = 5;
const highest = 3;

/** The lines of one frame, each cut to the terminal. */
export function plotLines(
  { title, text, steps, expected }: PlotFrame,
  { columns, rows }: Size,
  theme: Theme,
): string[] {
  const height = Math.max(1, Math.min(highest, Math.floor((rows - otherRows - 1) / charts)));
  const width = Math.max(8, columns - labelColumns - figureColumns);
  const last = steps.at(-1);
  const total = (value: (step: ExplainStep) => number) => steps.reduce((sum, step) => sum + value(step), 0);
  const chart = (label: string, of: (step: ExplainStep) => number, figure: string, most: number) => {
    const lines = columnChart(steps.map(of), { rows: height, columns: width, most, expected });
    const paint = label === "with" ? theme.accent : (line: string) => line;
    return lines.map((line, row) => {
      const isLast = row === lines.length - 1;
      const tail = isLast ? `${" ".repeat(Math.max(0, width - line.length))} ${figure}` : "";
      return `${(isLast ? label : "").padEnd(labelColumns)}${paint(line)}${tail}`;
    });
  };
  const most = (of: (step: ExplainStep) => number[]) => Math.max(1e-9, ...steps.flatMap(of));
  const computed = most((step) => [step.without.computedTokens, step.with.computedTokens]);
  const slowest = most((step) => [step.without.ms, step.with.ms]);
  const tokens = (way: "without" | "with") =>
    `${count(last?.[way].computedTokens ?? 0)}, in all ${count(total((step) => step[way].computedTokens))}`;
  return [
    theme.strong(cutToColumns(printable(title), columns - 1)),
    endOf(printable(text).replaceAll("\n", "␊"), columns - 1),
    theme.faint("Tokens whose K and V a step computes"),
    ...chart("without", (step) => step.without.computedTokens, tokens("without"), computed),
    ...chart("with", (step) => step.with.computedTokens, tokens("with"), computed),
    theme.faint("Time of a step"),
    ...chart("without", (step) => step.without.ms, milliseconds(last?.without.ms ?? 0), slowest),
    ...chart("with", (step) => step.with.ms, milliseconds(last?.with.ms ?? 0), slowest),
    theme.faint("K and V kept for the next step; without the cache there are none"),
    ...chart(
      "with",
      (step) => step.with.cacheBytes,
      bytes(last?.with.cacheBytes ?? 0),
      most((step) => [step.with.cacheBytes]),
    ),
  ];
}

/** The end of one line of text, an ellipsis where something was left out: what is being written is there. */
function endOf(text: string, columns: number): string {
  const characters = [...text];
  while (stringWidth(characters.join("")) >= columns) characters.shift();
  return characters.length < [...text].length ? `…${characters.join("")}` : text;
}

/** Draws frames over each other. The last one stays. */
export function createLivePlot(stream: NodeJS.WriteStream, theme: Theme): (frame: PlotFrame) => void {
  let drawn = 0;
  return (frame) => {
    const lines = plotLines(frame, { columns: stream.columns || 80, rows: stream.rows || 24 }, theme);
    const back = drawn > 0 ? `\u001b[${drawn}A` : "";
    stream.write(`${back}\r\u001b[J${lines.join("\n")}\n`);
    drawn = lines.length;
  };
}
