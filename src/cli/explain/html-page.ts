// The page that `explain --html` writes: the idea in words, what was measured in plots, and all steps in figures.
import { typesName } from "../../cache/types.ts";
import type { ExplainReport, WayReport } from "../../session/explain/explain-report.ts";
import { escapeHtml } from "../page/escape-html.ts";
import { htmlTable, plotFigure } from "../page/html-parts.ts";
import { selfContainedPage } from "../page/self-contained-page.ts";
import { bytes, count, milliseconds, times } from "./figures.ts";
import { agreement } from "./summary.ts";

export function htmlPage(report: ExplainReport): string {
  const { model, without, with: withCache } = report;
  const measured = withCache.steps.length > 0 ? measurements(report) : "<p>No step was done.</p>";
  return selfContainedPage({
    title: `The KV cache of ${model}`,
    finding: `${model}: ${tokens(withCache.computedTokens)} computed with the KV cache, ${count(without.computedTokens)} without`,
    body: `${introduction(report)}\n${measured}`,
    footer: `Measured by kvchat explain on ${report.backend}, ${typesName(report.kv)} cache.`,
    data: { page: "explain", without, with: withCache },
  });
}

function introduction({ prompt, text, promptTokens }: ExplainReport): string {
  return `<p>A language model writes token by token, and each new token looks at the keys and values (K and V) of all before it.
Those of earlier tokens never change. With a KV cache they are computed once and kept; without one, all of them are computed again
for each new token.</p>
<blockquote>${escapeHtml(prompt)}<mark>${escapeHtml(text)}</mark></blockquote>
<p>The prompt has ${tokens(promptTokens)}; what the model wrote is marked.</p>`;
}

function measurements(report: ExplainReport): string {
  const { without, with: withCache, kv } = report;
  const [slow, fast] = [without.decodeMs, withCache.decodeMs];
  const cached = withCache.steps.at(-1)?.cacheBytes ?? 0;
  return [
    totals(report),
    `<p>${escapeHtml(agreement(report))}</p>`,
    '<div class="beside">',
    plotFigure({
      id: "computed",
      finding: "Without a cache each step computes all tokens again; with it, the new one",
      reading: "Tokens whose K and V a step computes. The first step is the prefill: the whole prompt, both ways.",
    }),
    plotFigure({
      id: "sum",
      finding: `In all, ${times(without.computedTokens, withCache.computedTokens)} times as many tokens are computed without it`,
      reading: "Tokens computed up to each step.",
    }),
    plotFigure({
      id: "time",
      finding:
        slow !== null && fast !== null
          ? `A token takes ${milliseconds(slow)} without a cache, ${milliseconds(fast)} with it`
          : "The prefill is the same work both ways",
      reading: "Time of each step; the first is the prefill. The figures of the heading are medians of the others.",
    }),
    plotFigure({
      id: "cache",
      finding: `The price is memory: ${bytes(cached)} after ${steps(withCache)}, ${count(kv.bytesPerToken)} bytes a token`,
      reading: "K and V kept for the next step.",
    }),
    "</div>",
    `<figure>${stepTable(report)}</figure>`,
  ].join("\n");
}

function totals({ without, with: withCache, promptTokens, kv }: ExplainReport): string {
  const decode = ({ decodeMs }: WayReport) => (decodeMs === null ? "–" : milliseconds(decodeMs));
  const cached = withCache.steps.at(-1)?.cacheBytes ?? 0;
  const computed = [without.computedTokens, withCache.computedTokens] as const;
  const formula = `${promptTokens} + ${promptTokens + 1} + … against ${promptTokens} + 1 + …`;
  const rows = [
    ["Tokens computed", ...computed.map(count), `${times(...computed)} to 1`],
    ["By the formula", count(without.formulaTokens), count(withCache.formulaTokens), formula],
    ["Prefill of the prompt", milliseconds(without.prefillMs), milliseconds(withCache.prefillMs), "the same work"],
    ["A token after it, median", decode(without), decode(withCache), ""],
    ["Kept in the cache", "0 B", bytes(cached), `${count(kv.bytesPerToken)} bytes a token`],
  ];
  return htmlTable(["", "Without", "With the cache", ""], rows);
}

function stepTable({ without, with: withCache }: ExplainReport): string {
  const rows = withCache.steps.map((step, index) => {
    const other = without.steps[index] ?? step;
    const cells = [other, step].flatMap(({ computedTokens, ms }) => [count(computedTokens), milliseconds(ms)]);
    return [String(index + 1), ...cells, bytes(step.cacheBytes)];
  });
  const head = ["Step", "Without: tokens", "time", "With: tokens", "time", "cache"];
  return `<details open><summary>All steps in figures</summary>${htmlTable(head, rows)}</details>`;
}

const tokens = (amount: number) => `${count(amount)} ${amount === 1 ? "token" : "tokens"}`;
const steps = ({ steps: { length } }: WayReport) => `${count(length)} ${length === 1 ? "step" : "steps"}`;
