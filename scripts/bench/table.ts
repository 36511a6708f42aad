// The result for people: one row a comparison, no wider than 80 columns.
import { spreadOf } from "./statistics.ts";
import type { Bound, Comparison, Row } from "./subject.ts";

const heads = ["", "kvchat", "other", "against", "result", "spread", "bound", ""];
const isLeftAligned = [true, false, false, true, false, false, false, true];

/** Each line ends in a line feed. */
export function tableText(rows: readonly Row[]): string {
  const lines = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells.map((cell, column) =>
        isLeftAligned[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      ),
    )
    .map((cells) => `${cells.join(" ").trimEnd()}\n`)
    .join("");
}

function cellsOf(row: Row): string[] {
  const { median, min, max } = spreadOf(row.results);
  const show = (value: number) => resultText(row.comparison, value);
  const times = row.comparison === "speedup" ? "x" : "";
  return [
    `${row.name} ${row.unit}`,
    figureText(spreadOf(row.kvchat).median),
    row.rival ? figureText(spreadOf(row.rival.figures).median) : "",
    row.rival?.name ?? "",
    show(median) + times,
    `${show(min)}..${show(max)}`,
    row.bound ? boundText(row.bound, row.comparison) : "",
    row.holds === undefined ? "" : row.holds ? "PASS" : "BELOW",
  ];
}

/** Four digits at least, no more than one decimal: `1234`, `98.5`. */
function figureText(value: number): string {
  return value.toFixed(Math.abs(value) < 1000 ? 1 : 0);
}

function resultText(comparison: Comparison, value: number): string {
  if (comparison === "ratio" || comparison === "speedup") return value.toFixed(value < 10 ? 2 : 1);
  return `${comparison === "difference" && value >= 0 ? "+" : ""}${value.toFixed(0)}`;
}

function boundText({ side, value }: Bound, comparison: Comparison): string {
  const sign = side === "at least" ? ">=" : "<=";
  return `${sign}${comparison === "difference" ? "+" : ""}${value}${comparison === "speedup" ? "x" : ""}`;
}
