// The page that `compare --html` writes: what was found in words, in plots, in figures, and the answers side by side.
import { type ComparedRow, type ComparisonReport, pairName } from "../../session/compare/report.ts";
import { escapeHtml } from "../page/escape-html.ts";
import { htmlTable, plotFigure } from "../page/html-parts.ts";
import { selfContainedPage } from "../page/self-contained-page.ts";
import { answersHtml } from "./answers-html.ts";
import { count, nats, percent, ratio } from "./figures.ts";
import { headline, paretoFinding, speedFinding, spreadFinding } from "./findings.ts";
import { contextLine, recommendationLines } from "./summary.ts";

export function htmlPage(report: ComparisonReport, maxKld: number): string {
  const { rows } = report;
  const measured = rows.filter(({ quality }) => quality !== null);
  const timed = rows.filter(({ speed }) => speed.length > 0);
  const moved = measured.filter(({ quality }) => quality && quality.kld.max > 0);
  const body = [
    `<p>${escapeHtml(contextLine(report))}.${report.complete ? "" : " Stopped: rows are missing."}</p>`,
    ...recommendationLines(report, maxKld).map((line) => `<p>${withCommand(line)}</p>`),
    verdicts(rows),
    measured.length > 0 ? paretoFigure(rows, maxKld) : "",
    moved.length > 0 ? spreadFigure(moved) : "",
    timed.length > 0 ? `<div class="beside">${speedFigure(timed, "prefill")}${speedFigure(timed, "decode")}</div>` : "",
    answersHtml(rows),
  ];
  return selfContainedPage({
    title: `KV cache types of ${report.model.name}`,
    finding: headline(report, maxKld),
    body: body.filter((part) => part !== "").join("\n"),
    footer: `Measured by kvchat compare ${report.versions.kvchat} with llama.cpp ${report.versions.llamaCpp}.`,
    data: { page: "compare", rows: rows.map(withoutTexts), maxKld },
  });
}

/** The script has no use for them. */
function withoutTexts(row: ComparedRow): ComparedRow {
  return row.quality ? { ...row, quality: { ...row.quality, answers: [] } } : row;
}

function withCommand(line: string): string {
  const [words, command] = line.split(/(?<=^Use it with: )/);
  return command ? `${escapeHtml(words ?? "")}<code>${escapeHtml(command)}</code>` : escapeHtml(line);
}

function verdicts(rows: readonly ComparedRow[]): string {
  const items = rows.map((row) => {
    const words = row.verdict ?? `${row.status}: ${row.reason ?? ""}`;
    return `<li><b>${escapeHtml(pairName(row))}</b> ${escapeHtml(words)}</li>`;
  });
  return `<ul class="rows" id="rows">${items.join("")}</ul>`;
}

function paretoFigure(rows: readonly ComparedRow[], maxKld: number): string {
  const head = ["K/V", "B/token", "KL divergence", "±", "evicted", "same first token", "perplexity", "largest context"];
  const lines = rows.flatMap((row) => {
    const { quality, memory } = row;
    if (!quality || !memory) return [];
    const { kld, afterEviction, topAgreement, perplexityRatio } = quality;
    const evicted = afterEviction ? nats(afterEviction.kld.mean) : "";
    const expected = [percent(topAgreement), `×${perplexityRatio.toFixed(3)}`, count(memory.maxContext)];
    return [[pairName(row), count(memory.bytesPerToken), nats(kld.mean), nats(kld.stderr), evicted, ...expected]];
  });
  return plotFigure({
    id: "pareto",
    finding: paretoFinding(rows, maxKld),
    reading:
      "Down is less loss, left is less memory. The line joins the types that no other beats in both; bars are standard errors, dashes the loss that is allowed.",
    table: htmlTable(head, lines),
  });
}

function spreadFigure(rows: readonly ComparedRow[]): string {
  const lines = rows.flatMap((row) => {
    const { kld, afterEviction } = row.quality ?? {};
    const figures = (one: typeof kld) => (one ? [one.median, one.p90, one.p99, one.max].map(nats) : ["", "", "", ""]);
    return [[pairName(row), ...figures(kld), ...figures(afterEviction?.kld)]];
  });
  const parts = ["median", "90%", "99%", "largest"];
  return plotFigure({
    id: "spread",
    finding: spreadFinding(rows),
    reading:
      "How many tokens moved how far: bars in the window, the outline past an eviction. One in a hundred lies beyond the dashes.",
    table: htmlTable(["K/V, nats", ...parts, ...parts.map((part) => `evicted ${part}`)], lines),
  });
}

function speedFigure(rows: readonly ComparedRow[], kind: "prefill" | "decode"): string {
  const lines = rows.flatMap((row) =>
    row.speed.map((speed) => {
      const [perSecond, beside] =
        kind === "prefill" ? [speed.prefillPerSecond, speed.prefillRatio] : [speed.decodePerSecond, speed.decodeRatio];
      const [low, high] = speed.spread[kind];
      const figures = [
        count(speed.depth),
        perSecond.toFixed(1),
        `×${ratio(beside)}`,
        `×${ratio(low)} to ×${ratio(high)}`,
      ];
      return [pairName(row), ...figures];
    }),
  );
  return plotFigure({
    id: kind,
    finding: speedFinding(rows, kind),
    reading: `${kind === "prefill" ? "Reading a prompt (prefill)" : "Writing an answer (decode)"}: the median of all rounds, and their range.`,
    table: htmlTable(["K/V", "tokens before", "tokens/s", "beside baseline", "rounds"], lines),
  });
}
