// The page that `compare --html` writes: one file with everything in it, which asks no network for anything and runs no script.
import { type Answer, type ComparedRow, type ComparisonReport, pairName } from "../../session/compare/report.ts";
import { escapeHtml } from "../explain/escape-html.ts";
import { pageStyle } from "../explain/page-style.ts";
import { selfContainedPage } from "../explain/self-contained-page.ts";
import { count, nats, percent, ratio } from "./figures.ts";
import { paretoPlot, speedPlot, spreadPlot } from "./plots.ts";
import { contextLine, recommendationLines } from "./summary.ts";

/** The palette of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people of all colour visions can tell apart. */
const hues = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a8a"];

const style = `${pageStyle}
body { max-width: 60rem; }
${hues.map((hue, index) => `.hue${index} { fill: ${hue}; }`).join("\n")}
.mark { stroke: var(--ground); stroke-width: 1; }
.name { fill: var(--ink); }
.front { fill: none; stroke: var(--soft); stroke-dasharray: 5 4; }
.thin, .thick, .thickest { fill: none; stroke: var(--soft); }
.thin { stroke-width: 1.5; } .thick { stroke-width: 5; } .thickest { stroke-width: 11; opacity: 0.55; }
.wide { overflow-x: auto; }
.sides { display: grid; gap: 1rem; grid-template-columns: 1fr 1fr; }
.sides p { border-left: 4px solid var(--grid); margin: 0; overflow-wrap: anywhere; padding-left: 0.75rem; white-space: pre-wrap; }
.sides mark { background: none; color: var(--without); font-weight: 600; text-decoration: underline; }
@media (max-width: 40rem) { .sides { grid-template-columns: 1fr; } }
`;

export function htmlPage(report: ComparisonReport, maxKld: number): string {
  const title = `KV cache types of ${report.model.name}`;
  const { rows } = report;
  const sections = [
    figureTable(rows),
    paretoPlot(rows),
    spreadPlot(rows),
    speedPlot(rows, "prefill"),
    speedPlot(rows, "decode"),
    answers(rows),
  ];
  const body = `<p>${escapeHtml(contextLine(report))}.${report.complete ? "" : " Stopped: rows are missing."}</p>
${recommendationLines(report, maxKld)
  .map((line) => `<p>${escapeHtml(line)}</p>`)
  .join("\n")}
${sections.join("\n")}`;
  const footer = `Measured by kvchat compare ${report.versions.kvchat} with llama.cpp ${report.versions.llamaCpp}.`;
  return selfContainedPage({ title, style, body, footer });
}

function figureTable(rows: readonly ComparedRow[]): string {
  const head = [
    "K/V",
    "KL divergence",
    "99%",
    "evicted",
    "top-1",
    "perplexity",
    "prefill",
    "decode",
    "B/token",
    "verdict",
  ];
  const lines = rows.map((row) => {
    const { quality, memory, speed } = row;
    const deepest = speed.at(-1);
    const figures = quality
      ? [
          `${nats(quality.kld.mean)} ± ${nats(quality.kld.stderr)}`,
          nats(quality.kld.p99),
          quality.afterEviction ? nats(quality.afterEviction.kld.mean) : "",
          percent(quality.topAgreement),
          `×${quality.perplexityRatio.toFixed(3)}`,
        ]
      : ["", "", "", "", ""];
    const speeds = deepest ? [`×${ratio(deepest.prefillRatio)}`, `×${ratio(deepest.decodeRatio)}`] : ["", ""];
    const words = row.verdict ?? `${row.status}: ${row.reason ?? ""}`;
    return [pairName(row), ...figures, ...speeds, memory ? count(memory.bytesPerToken) : "", words];
  });
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = lines.map((cells) => line(cells, "td")).join("");
  return `<div class="wide"><table><thead>${line(head, "th")}</thead><tbody>${body}</tbody></table></div>`;
}

/** The baseline's answer on the left, the row's on the right, what differs marked. */
function answers(rows: readonly ComparedRow[]): string {
  const baseline = rows[0]?.quality?.answers ?? [];
  const parts = rows.slice(1).flatMap((row) =>
    (row.quality?.answers ?? []).flatMap((answer, index) => {
      const other = baseline[index];
      if (!other || answer.firstDivergence === null) return [];
      const head = `${pairName(row)} departs at token ${answer.firstDivergence}: ${answer.prompt}`;
      const sides = [other, answer].map(({ text }) => `<p>${marked(text, answer)}</p>`).join("");
      return [`<details><summary>${escapeHtml(head)}</summary><div class="sides">${sides}</div></details>`];
    }),
  );
  return parts.length > 0 ? `<h2>Where answers depart</h2>\n${parts.join("\n")}` : "";
}

function marked(text: string, { sharedText }: Answer): string {
  const shared = text.startsWith(sharedText) ? sharedText : "";
  return `${escapeHtml(shared)}<mark>${escapeHtml(text.slice(shared.length))}</mark>`;
}
