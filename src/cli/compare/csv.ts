// A comparison as CSV (RFC 4180): one line a row and depth of speed, with all figures that are numbers.
import type { ComparedRow, ComparisonReport, Speed } from "../../session/compare/report.ts";

type Cell = string | number | null | undefined;

const columns: readonly (readonly [name: string, cell: (row: ComparedRow, speed: Speed | undefined) => Cell])[] = [
  ["k", ({ k }) => k],
  ["v", ({ v }) => v],
  ["status", ({ status }) => status],
  ["kld_mean", ({ quality }) => quality?.kld.mean],
  ["kld_stderr", ({ quality }) => quality?.kld.stderr],
  ["kld_median", ({ quality }) => quality?.kld.median],
  ["kld_p90", ({ quality }) => quality?.kld.p90],
  ["kld_p99", ({ quality }) => quality?.kld.p99],
  ["kld_max", ({ quality }) => quality?.kld.max],
  ["kld_missing_at_most", ({ quality }) => quality?.missing],
  ["top_agreement", ({ quality }) => quality?.topAgreement],
  ["perplexity", ({ quality }) => quality?.perplexity],
  ["perplexity_ratio", ({ quality }) => quality?.perplexityRatio],
  ["perplexity_ratio_error", ({ quality }) => quality?.perplexityRatioError],
  ["evicted_kld_mean", ({ quality }) => quality?.afterEviction?.kld.mean],
  ["evicted_top_agreement", ({ quality }) => quality?.afterEviction?.topAgreement],
  ["first_divergence", ({ quality }) => quality?.firstDivergence],
  ["depth", (_, speed) => speed?.depth],
  ["prefill_per_second", (_, speed) => speed?.prefillPerSecond],
  ["decode_per_second", (_, speed) => speed?.decodePerSecond],
  ["prefill_ratio", (_, speed) => speed?.prefillRatio],
  ["decode_ratio", (_, speed) => speed?.decodeRatio],
  ["bytes_per_token", ({ memory }) => memory?.bytesPerToken],
  ["bytes_at_context", ({ memory }) => memory?.bytesAtContext],
  ["compute_bytes", ({ memory }) => memory?.computeBytes],
  ["max_context", ({ memory }) => memory?.maxContext],
  ["verdict", ({ verdict, reason }) => verdict ?? reason],
];

/** Lines end in a line feed; absent figures are empty. */
export function csvText({ rows }: ComparisonReport): string {
  const lines = rows.flatMap((row) => {
    const speeds = row.speed.length > 0 ? row.speed : [undefined];
    return speeds.map((speed) => columns.map(([, cell]) => quotedCell(cell(row, speed))));
  });
  return [columns.map(([name]) => name), ...lines].map((cells) => `${cells.join(",")}\n`).join("");
}

function quotedCell(cell: Cell): string {
  const text = cell === null || cell === undefined ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
