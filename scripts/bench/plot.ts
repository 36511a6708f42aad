// What grows, as a picture for a terminal: a bar for each place on an axis of tokens.
import { spreadOf } from "./statistics.ts";
import type { Row } from "./subject.ts";

const widest = 40;

/** One picture for each unit of the rows that have a place; each line ends in a line feed. Empty where there are none. */
export function plotText(rows: readonly Row[]): string {
  const placed = rows.filter(({ at }) => at !== undefined);
  const units = [...new Set(placed.map(({ unit }) => unit))];
  return units.map((unit) => barsOf(placed.filter((row) => row.unit === unit))).join("");
}

function barsOf(rows: readonly Row[]): string {
  const values = rows.map(({ kvchat }) => spreadOf(kvchat).median);
  const most = Math.max(...values);
  const heading = `\n${rows[0]?.name.split(" ")[0]}, ${rows[0]?.unit} by tokens of the chat\n`;
  const bars = rows.map(({ at }, index) => {
    const value = values[index] ?? 0;
    const bar = "█".repeat(Math.max(1, Math.round((value / most) * widest)));
    return `${String(at).padStart(6)} ${bar} ${value.toFixed(1)}\n`;
  });
  return heading + bars.join("");
}
