// The table of a comparison, a line at a time, so that each row can be shown when it lands. No wider than 80 columns.
import { type ComparedRow, pairName, type Speed } from "../../session/compare/report.ts";
import { printable } from "../chat/printable.ts";
import { wrapText } from "../chat/wrap.ts";
import { count, nats, percent, ratio } from "./figures.ts";

interface Column {
  readonly head: string;
  readonly width: number;
  readonly cell: (row: ComparedRow) => string;
}

/** Of the greatest depth. */
const deepest = ({ speed }: ComparedRow): Speed | undefined => speed.at(-1);

const columns: readonly Column[] = [
  { head: "K/V", width: -11, cell: pairName },
  { head: "KL div.", width: 8, cell: ({ quality }) => (quality ? nats(quality.kld.mean) : "") },
  { head: "±", width: 8, cell: ({ quality }) => (quality ? nats(quality.kld.stderr) : "") },
  {
    head: "evicted",
    width: 8,
    cell: ({ quality }) => (quality?.afterEviction ? nats(quality.afterEviction.kld.mean) : ""),
  },
  { head: "top-1", width: 7, cell: ({ quality }) => (quality ? percent(quality.topAgreement) : "") },
  { head: "PPL", width: 6, cell: ({ quality }) => (quality ? `x${quality.perplexityRatio.toFixed(3)}` : "") },
  { head: "read", width: 5, cell: (row) => ratioCell(deepest(row)?.prefillRatio) },
  { head: "write", width: 5, cell: (row) => ratioCell(deepest(row)?.decodeRatio) },
  { head: "B/token", width: 9, cell: ({ memory }) => (memory ? count(memory.bytesPerToken) : "") },
];

const ratioCell = (value: number | undefined) => (value === undefined ? "" : ratio(value));

/** Ends in a line feed, like all here. */
export function tableHead(): string {
  return lineOf(columns.map(({ head }) => head));
}

/** The row, and under it its verdict or the reason why there is none. */
export function tableRow(row: ComparedRow): string {
  const words = row.verdict ?? `${row.status}: ${row.reason ?? ""}`;
  const cells = row.status === "ok" ? columns.map(({ cell }) => cell(row)) : [pairName(row)];
  const verdict = wrapText(printable(words), 76).map((line) => `    ${line}\n`);
  return lineOf(cells) + verdict.join("");
}

function lineOf(cells: readonly string[]): string {
  const padded = cells.map((cell, index) => {
    const width = columns[index]?.width ?? 0;
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
  });
  return `${padded.join(" ").trimEnd()}\n`;
}
