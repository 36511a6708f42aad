// `/stats`: the turns of this process as sparklines with their least, median and greatest values, and what they sum to. Pure.
import { median } from "../../../session/compare/stats.ts";
import type { Look } from "../look.ts";
import { count, plural } from "./amounts.ts";
import { sparkline } from "./sparkline.ts";
import type { TurnFigures } from "./turn-figures.ts";

interface Series {
  readonly name: string;
  readonly unit: string;
  /** For a screen reader. */
  readonly spoken: string;
  /** Undefined where nothing was measured. */
  readonly valueOf: (turn: TurnFigures) => number | undefined;
}

const series: readonly Series[] = [
  { name: "first token", unit: "ms", spoken: "milliseconds", valueOf: ({ firstTokenMs }) => firstTokenMs || undefined },
  {
    name: "prefill",
    unit: "tokens/s",
    spoken: "tokens a second",
    valueOf: ({ prefillPerSecond }) => prefillPerSecond || undefined,
  },
  {
    name: "decode",
    unit: "tokens/s",
    spoken: "tokens a second",
    valueOf: ({ decodePerSecond }) => decodePerSecond || undefined,
  },
  {
    name: "reused",
    unit: "% of prompt",
    spoken: "percent of the prompt",
    valueOf: ({ tokens: { prompt, reused } }) => (prompt > 0 ? (100 * reused) / prompt : undefined),
  },
];

interface Measured extends Series {
  readonly values: readonly number[];
  /** Least, median and greatest. */
  readonly summary: readonly string[];
}

interface Room {
  readonly columns: number;
  readonly look: Look;
}

const headings = ["min", "median", "max"] as const;
const gap = "  ";
const leastSpark = 12;
const mostSpark = 60;

export function statsPanel(turns: readonly TurnFigures[], room: Room): string {
  if (turns.length === 0) return "no answer was given yet";
  const measured = series
    .map((one) => ({ ...one, values: turns.map(one.valueOf).filter((value) => value !== undefined) }))
    .filter(({ values }) => values.length > 0)
    .map((one): Measured => ({ ...one, summary: summaryOf(one.values).map(figure) }));
  const title = `${plural(turns.length, "answer")} since the chat was opened`;
  const sums = totals(turns);
  if (room.look.isForScreenReader) return [`${title}.`, ...measured.map(sentence), `${sums.join(", ")}.`].join("\n");
  const rows = table(measured, room) ?? stack(measured, room);
  return [title, ...rows, `tokens${gap}${sums.join(" · ")}`].join("\n");
}

/** Undefined where the columns are too few. */
function table(measured: readonly Measured[], { columns, look }: Room): string[] | undefined {
  const names = measured.map(nameOf);
  const nameColumns = Math.max(...names.map((name) => name.length));
  const widths = headings.map((heading, index) =>
    Math.max(heading.length, ...measured.map(({ summary }) => (summary[index] ?? "").length)),
  );
  const numbers = (row: readonly string[]) =>
    row.map((cell, index) => gap + cell.padStart(widths[index] ?? 0)).join("");
  const header = " ".repeat(nameColumns) + numbers(headings);
  const left = columns - header.length - gap.length;
  if (left < leastSpark) return undefined;
  const rows = measured.map(({ values, summary }, index) => {
    const spark = sparkline(values, Math.min(mostSpark, left), look.glyphs.spark);
    return (names[index] ?? "").padEnd(nameColumns) + numbers(summary) + gap + spark;
  });
  return [header, ...rows];
}

function stack(measured: readonly Measured[], { columns, look }: Room): string[] {
  const rows = measured.map((one) => {
    const numbers = gap + one.summary.join(" · ");
    const left = columns - numbers.length - gap.length;
    const spark = left > 0 ? gap + sparkline(one.values, Math.min(mostSpark, left), look.glyphs.spark) : "";
    return `${nameOf(one)}\n${numbers}${spark}`;
  });
  return [headings.join(" · "), ...rows];
}

function nameOf({ name, unit }: Series): string {
  return `${name}, ${unit}`;
}

function sentence({ name, spoken, summary: [least, middle, most] }: Measured): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return `${title}: median ${middle} ${spoken}, from ${least} to ${most}.`;
}

function summaryOf(values: readonly number[]): number[] {
  return [Math.min(...values), median(values), Math.max(...values)];
}

function totals(turns: readonly TurnFigures[]): string[] {
  return (["reused", "evaluated", "evicted", "generated"] as const).map(
    (name) => `${name} ${count(turns.reduce((sum, { tokens }) => sum + tokens[name], 0))}`,
  );
}

function figure(value: number): string {
  return value < 100 ? value.toFixed(1) : count(Math.round(value));
}
