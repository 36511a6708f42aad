// The steps as a plain table, a line each as it lands: for pipes, files and screen readers.
import stringWidth from "string-width";
import type { ExplainStep } from "../../session/explain/measure.ts";
import { printable } from "../chat/printable.ts";
import { cutToColumns } from "../sessions/cut-to-columns.ts";
import { bytes, count, milliseconds } from "./figures.ts";

const widths = [5, 16, 10, 11, 10, 11, 10];
const textColumn = 1;

export function tableHead(): string {
  return [
    line(["", "", "without", "", "with", "", "with"]),
    line(["step", "token", "computed", "time", "computed", "time", "cache"]),
  ].join("");
}

/** `text` is the token that the step wrote. */
export function tableRow({ step, without, with: withCache }: ExplainStep, text: string): string {
  return line([
    count(step),
    JSON.stringify(printable(text)),
    count(without.computedTokens),
    milliseconds(without.ms),
    count(withCache.computedTokens),
    milliseconds(withCache.ms),
    bytes(withCache.cacheBytes),
  ]);
}

function line(cells: readonly string[]): string {
  const padded = cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    const text = cutToColumns(cell, width - 1);
    const space = " ".repeat(Math.max(0, width - 1 - stringWidth(text)));
    return column === textColumn ? ` ${text}${space}` : ` ${space}${text}`;
  });
  return `${padded.join("").trimEnd()}\n`;
}
