// The page that `explain --html` writes: one file with everything in it, which asks no network for anything and runs no script.
import type { ExplainReport, WayReport } from "../../session/explain/explain-report.ts";
import { escapeHtml } from "./escape-html.ts";
import { bytes, count, milliseconds, times } from "./figures.ts";
import { pageStyle } from "./page-style.ts";
import { selfContainedPage } from "./self-contained-page.ts";
import { agreement } from "./summary.ts";
import { svgChart } from "./svg-chart.ts";

export function htmlPage(report: ExplainReport): string {
  const title = `The KV cache of ${report.model}`;
  const body = `${introduction(report)}
${report.with.steps.length > 0 ? measurements(report) : "<p>No step was done.</p>"}`;
  const footer = `Measured by kvchat explain on ${report.backend}, ${typesOf(report)} cache.`;
  return selfContainedPage({ title, style: pageStyle, body, footer });
}

function introduction({ prompt, text, promptTokens }: ExplainReport): string {
  return `<p>A language model writes token by token, and each new token looks at the keys and values (K and V) of all before it.
Those of earlier tokens never change. With a KV cache they are computed once and kept; without one, all of them are computed again
for each new token.</p>
<blockquote>${escapeHtml(prompt)}<mark>${escapeHtml(text)}</mark></blockquote>
<p>The prompt has ${count(promptTokens)} tokens; what the model wrote is in colour.</p>`;
}

function measurements(report: ExplainReport): string {
  const { without, with: withCache } = report;
  const both = (value: (step: WayReport["steps"][number]) => number) => [
    { name: "without", style: "without" as const, values: without.steps.map(value) },
    { name: "with", style: "with" as const, values: withCache.steps.map(value) },
  ];
  const sums = both((step) => step.computedTokens).map((series) => ({ ...series, values: runningSum(series.values) }));
  return [
    totals(report),
    `<p>${escapeHtml(agreement(report))}</p>`,
    svgChart({
      title: "Tokens whose K and V a step computes",
      series: both((step) => step.computedTokens),
      format: count,
    }),
    svgChart({ title: "Tokens computed so far", series: sums, format: count }),
    svgChart({
      title: "Time of a step; the first is the prefill",
      series: both((step) => step.ms),
      format: milliseconds,
    }),
    svgChart({
      title: "K and V kept for the next step",
      series: both((step) => step.cacheBytes),
      format: bytes,
      base: 1024,
    }),
    stepTable(report),
  ].join("\n");
}

function totals({ without, with: withCache, promptTokens, kv }: ExplainReport): string {
  const decode = ({ decodeMs }: WayReport) => (decodeMs === null ? "–" : milliseconds(decodeMs));
  const cached = withCache.steps.at(-1)?.cacheBytes ?? 0;
  const rows = [
    [
      "Tokens computed",
      count(without.computedTokens),
      count(withCache.computedTokens),
      `${times(without.computedTokens, withCache.computedTokens)} to 1`,
    ],
    [
      "By the formula",
      count(without.formulaTokens),
      count(withCache.formulaTokens),
      `${promptTokens} + ${promptTokens + 1} + … against ${promptTokens} + 1 + …`,
    ],
    ["Prefill of the prompt", milliseconds(without.prefillMs), milliseconds(withCache.prefillMs), "the same work"],
    ["A token after it, median", decode(without), decode(withCache), ""],
    ["Kept in the cache", "0 B", bytes(cached), `${count(kv.bytesPerToken)} bytes a token`],
  ];
  return table(["", "Without", "With the cache", ""], rows);
}

function stepTable({ without, with: withCache }: ExplainReport): string {
  const rows = withCache.steps.map((step, index) => {
    const other = without.steps[index] ?? step;
    const cells = [
      count(other.computedTokens),
      milliseconds(other.ms),
      count(step.computedTokens),
      milliseconds(step.ms),
    ];
    return [String(index + 1), ...cells, bytes(step.cacheBytes)];
  });
  const head = ["Step", "Without: tokens", "time", "With: tokens", "time", "cache"];
  return `<details><summary>All steps in figures</summary>${table(head, rows)}</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${line(head, "th")}</thead><tbody>${rows.map((row) => line(row, "td")).join("")}</tbody></table>`;
}

function runningSum(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

function typesOf({ kv }: ExplainReport): string {
  return kv.typeK === kv.typeV ? kv.typeK : `${kv.typeK}/${kv.typeV}`;
}
