// Runs a comparison and shows it: as a table whose rows appear as they land, or as one document at the end.
import { cpus, totalmem } from "node:os";
import { readVersions } from "#native-files";
import type { CompareSource } from "../../session/compare/material.ts";
import type { ComparedRow, ComparisonReport } from "../../session/compare/report.ts";
import { type Comparison, compareCaches } from "../../session/compare/run.ts";
import { recommend } from "../../session/compare/verdict.ts";
import type { ConversationSettings } from "../../session/settings.ts";
import { printable } from "../chat/printable.ts";
import { wrapText } from "../chat/wrap.ts";
import { csvText } from "./csv.ts";
import { markdownText } from "./markdown.ts";
import type { CompareChoices } from "./options.ts";
import { createProgressLine } from "./progress-line.ts";
import { tableHead, tableRow } from "./row-table.ts";
import { scatterText } from "./scatter.ts";
import { answersText } from "./side-by-side.ts";
import { contextLine, recommendationLines } from "./summary.ts";

export interface RunCompareOptions {
  readonly choices: CompareChoices;
  readonly settings: ConversationSettings;
  readonly source: CompareSource;
  /** Nothing on stderr. */
  readonly quiet: boolean;
  readonly signal: AbortSignal;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** A stop keeps and shows the rows that are done. Throws what `compareCaches` throws. */
export async function runCompare(options: RunCompareOptions): Promise<ComparisonReport> {
  const { choices, settings, signal, stdout, stderr } = options;
  const progress = options.quiet ? undefined : createProgressLine(stderr);
  const isTable = choices.format === "table";
  let shown = 0;
  const onRow = (row: ComparedRow) => {
    progress?.clear();
    if (isTable) stdout.write((shown++ === 0 ? tableHead() : "") + tableRow(row));
  };
  const onProgress = progress?.update ?? (() => {});
  const comparison = await compareCaches({ ...choices, settings, source: options.source, signal, onProgress, onRow });
  progress?.clear();
  const report = reportOf(comparison, options);
  stdout.write(documentText(report, choices));
  return report;
}

function reportOf(comparison: Comparison, { choices, settings }: RunCompareOptions): ComparisonReport {
  const { rows, complete, text, architecture, backend, threads } = comparison;
  const best = recommend(rows, choices.maxKld);
  const processor = cpus()[0]?.model.trim() || process.arch;
  return {
    schema: 1,
    complete,
    model: { name: settings.modelName, path: settings.modelPath, architecture },
    machine: { processor, threads, memoryBytes: totalmem() },
    versions: readVersions(),
    baseline: `${choices.baseline.k}/${choices.baseline.v}`,
    text,
    seed: 0,
    flashAttention: settings.flashAttention,
    gpu: backend,
    rotation: !isRotationDisabled(process.env),
    rows,
    recommended: best ? `${best.k}/${best.v}` : null,
  };
}

function documentText(report: ComparisonReport, { format, maxKld }: CompareChoices): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(report, null, 2)}\n`;
    case "csv":
      return csvText(report);
    case "md":
      return markdownText(report, maxKld);
    case "table":
      return tableEnd(report, maxKld);
  }
}

/** What follows the rows. */
function tableEnd(report: ComparisonReport, maxKld: number): string {
  if (report.rows.length === 0) return "";
  const lines = report.complete ? recommendationLines(report, maxKld) : ["Stopped: rows are missing."];
  const wrapped = (text: readonly string[]) => text.flatMap((line) => wrapText(printable(line), 80)).join("\n");
  const parts = [scatterText(report.rows), answersText(report.rows), wrapped(columnNotes), ""];
  return ["", ...parts, wrapped([contextLine(report), ...lines]), ""].join("\n");
}

const columnNotes = [
  "KL div., ±: mean and its standard error, nats a token; evicted: after half of the window was dropped.",
  "read, write: prefill and decode speed beside the baseline, at the greatest depth.",
];

/** As llama.cpp reads it (llama-kv-cache.cpp): a number other than 0. */
function isRotationDisabled({ LLAMA_ATTN_ROT_DISABLE: given = "" }: NodeJS.ProcessEnv): boolean {
  return (Number.parseInt(given, 10) || 0) !== 0;
}
