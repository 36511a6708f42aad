// A comparison as a Markdown table, with what it depends on above and what to take below.
import { type ComparisonReport, pairName } from "../../session/compare/report.ts";
import { count, nats, percent, ratio } from "./figures.ts";
import { contextLine, recommendationLines } from "./summary.ts";

const heads = [
  "K/V",
  "KL divergence",
  "p99",
  "after eviction",
  "top-1",
  "perplexity",
  "prefill",
  "decode",
  "B/token",
  "verdict",
];

/** Ends in a line feed. */
export function markdownText(report: ComparisonReport, maxKld: number): string {
  const rows = report.rows.map((row) => {
    const { quality, memory, speed } = row;
    const deepest = speed.at(-1);
    return [
      `\`${pairName(row)}\``,
      quality ? `${nats(quality.kld.mean)} ± ${nats(quality.kld.stderr)}` : "",
      quality ? nats(quality.kld.p99) : "",
      quality?.afterEviction ? nats(quality.afterEviction.kld.mean) : "",
      quality ? percent(quality.topAgreement) : "",
      quality ? `${quality.perplexity.toFixed(3)} (×${quality.perplexityRatio.toFixed(3)})` : "",
      deepest ? `×${ratio(deepest.prefillRatio)}` : "",
      deepest ? `×${ratio(deepest.decodeRatio)}` : "",
      memory ? count(memory.bytesPerToken) : "",
      row.verdict ?? `${row.status}: ${row.reason ?? ""}`,
    ].map(escaped);
  });
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [heads, heads.map(() => "---"), ...rows].map(line);
  return `${[escaped(contextLine(report)), "", ...table, "", ...recommendationLines(report, maxKld).map(escaped)].join("\n")}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}
