// What a comparison depends on, in one line, and what it recommends.
import { type ComparedRow, type ComparisonReport, pairName } from "../../session/compare/report.ts";
import { commandFor, lossOf } from "../../session/compare/verdict.ts";
import { count, nats } from "./figures.ts";

type Context = Pick<ComparisonReport, "model" | "baseline" | "text" | "gpu" | "rotation" | "machine">;

export function contextLine({ model, baseline, text, gpu, rotation, machine }: Context): string {
  const read = `${count(text.tokens)} tokens of ${text.source} text in ${text.chunks} chunks of ${count(text.contextSize)}`;
  const where = gpu === "CPU" ? `CPU, ${machine.threads} ${machine.threads === 1 ? "thread" : "threads"}` : gpu;
  return `${model.name}, ${read}, against ${baseline}, on ${where}${rotation ? "" : ", without rotation"}`;
}

/** Short lines, each a sentence. */
export function recommendationLines(report: ComparisonReport, maxKld: number): string[] {
  const row = report.rows.find((candidate) => `${candidate.k}/${candidate.v}` === report.recommended);
  if (!row?.quality) return [`No cache loses at most ${maxKld} nats a token.`];
  return [
    `Recommended: ${pairName(row)}, the smallest that loses at most ${maxKld} nats a token (it loses ${nats(lossOf(row.quality))}).`,
    `Use it with: ${commandFor(report.model.name, row)}`,
    ...missingLine(report, row),
  ];
}

/** The bound of what the divergence leaves out. */
function missingLine({ text }: ComparisonReport, { quality }: ComparedRow): string[] {
  const missing = quality?.missing ?? 0;
  if (missing === 0) return [];
  return [
    `Its divergence compares the ${count(text.topTokens)} likeliest tokens one by one, and leaves out ${nats(missing)} nats at most.`,
  ];
}
