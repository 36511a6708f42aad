// What the steps come to, in a few lines: totals beside the formula, prefill apart from decode, and whether both ways agree.
import { typesName } from "../../cache/types.ts";
import type { ExplainReport, WayReport } from "../../session/explain/explain-report.ts";
import { bytes, count, milliseconds, times } from "./figures.ts";

const labelColumns = 28;
const valueColumns = 14;

/** Lines of at most 80 columns. */
export function summaryLines(report: ExplainReport): string[] {
  const { without, with: withCache, promptTokens } = report;
  const steps = withCache.steps.length;
  if (steps === 0) return ["No step was done."];
  const decode = (way: WayReport) => (way.decodeMs === null ? "-" : milliseconds(way.decodeMs));
  const gain =
    without.decodeMs !== null && withCache.decodeMs ? `${times(without.decodeMs, withCache.decodeMs)} to 1` : "";
  const cached = withCache.steps.at(-1)?.cacheBytes ?? 0;
  return [
    row("", "without", "with the cache", ""),
    row(
      "tokens computed",
      count(without.computedTokens),
      count(withCache.computedTokens),
      `${times(without.computedTokens, withCache.computedTokens)} to 1`,
    ),
    row("  by the formula", count(without.formulaTokens), count(withCache.formulaTokens), ""),
    row("prefill of the prompt", milliseconds(without.prefillMs), milliseconds(withCache.prefillMs), "the same work"),
    row("a token after it, median", decode(without), decode(withCache), gain),
    row("all steps", milliseconds(without.totalMs), milliseconds(withCache.totalMs), ""),
    row(
      "kept in the cache",
      "0 B",
      bytes(cached),
      `${count(report.kv.bytesPerToken)} B a token, ${typesName(report.kv)}`,
    ),
    "",
    `Without: ${promptTokens} + ${promptTokens + 1} + … for ${steps} steps; with: ${promptTokens} + 1 + 1 + …`,
    agreement(report),
    ...(report.stopped ? [`Stopped after ${count(steps)} steps.`] : []),
  ];
}

/** Whether both ways wrote the same; where not, why that can be. */
export function agreement({ firstDifference, with: { steps } }: ExplainReport): string {
  if (firstDifference === null) return `Both ways chose the same ${count(steps.length)} tokens.`;
  return (
    `The ways part at token ${count(firstDifference)}: a batch of tokens and a single one are summed in another order,\n` +
    "and where two tokens are as good as equally likely, the last bits decide. Neither is wrong."
  );
}

function row(label: string, without: string, withCache: string, note: string): string {
  const cells = [label.padEnd(labelColumns), without.padStart(valueColumns - 4), withCache.padStart(valueColumns + 2)];
  return `${cells.join("")}  ${note}`.trimEnd();
}
