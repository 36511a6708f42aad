// What the figures mean, in plain words, and which cache to take.
import { type ComparedRow, pairName, type Quality, type Speed } from "./report.ts";

/**
 * Loss by mean KL divergence, in nats. The scale is that of weights, which people know: what LLaMA 3 8B loses by them against F16
 * (llama.cpp, tools/perplexity/README.md, "LLaMA 3 8b Scoreboard": q8_0 0.00136, q6_K 0.0055, q4_K_M 0.031, q3_K_M 0.10).
 */
const losses: readonly { readonly most: number; readonly words: string }[] = [
  { most: 0, words: "the same as the baseline" },
  { most: 0.00136, words: "lossless in practice: less than Q8_0 weights lose" },
  { most: 0.0055, words: "hardly a loss: less than Q6_K weights lose" },
  { most: 0.031, words: "a small loss: less than Q4_K_M weights lose" },
  { most: 0.1, words: "a clear loss: as much as Q3_K_M weights lose" },
  { most: Number.POSITIVE_INFINITY, words: "breaks this model: more than Q3_K_M weights lose" },
];

/** Below this ratio to the baseline a cache counts as slower, above its inverse as faster: rounds differ by about as much. */
export const slower = 0.85;

/** The mean KL divergence that is recommended at most, unless `--max-kld` says otherwise: that of Q5_K_M weights. */
export const defaultMaxKld = 0.0108;

/** The mean divergence in the window or after an eviction, whichever is more. */
export function lossOf({ kld, afterEviction }: Quality): number {
  return Math.max(kld.mean, afterEviction?.kld.mean ?? 0);
}

/** `speed` is empty for the baseline itself, whose ratios are noise. */
export function verdictOf(quality: Quality, speed: readonly Speed[]): string {
  const loss = lossOf(quality);
  const words = losses.find(({ most }) => loss <= most)?.words ?? "";
  return [words, ...speedWords(speed)].join("; ");
}

/** Of the greatest depth, where a cache's type shows most. */
function speedWords(speed: readonly Speed[]): string[] {
  const deepest = speed.reduce<Speed | undefined>(
    (most, one) => (one.depth >= (most?.depth ?? 0) ? one : most),
    undefined,
  );
  if (!deepest) return [];
  const { depth, prefillRatio, decodeRatio } = deepest;
  const behind = depth > 0 ? ` behind ${depth.toLocaleString("en")} tokens` : "";
  const slow = { "reads a prompt": prefillRatio, answers: decodeRatio };
  const found = Object.entries(slow).filter(([, ratio]) => ratio < slower || ratio > 1 / slower);
  return found.map(([what, ratio]) => `${what} at ${ratio.toFixed(2)} of the speed${behind}`);
}

/** The smallest cache whose loss is allowed, the less lossy one where two are as small; undefined where none is allowed. */
export function recommend(rows: readonly ComparedRow[], maxKld: number): ComparedRow | undefined {
  const allowed = rows.flatMap((row) =>
    row.quality && row.memory && lossOf(row.quality) <= maxKld
      ? [{ row, bytes: row.memory.bytesPerToken, loss: lossOf(row.quality) }]
      : [],
  );
  return allowed.sort((a, b) => a.bytes - b.bytes || a.loss - b.loss)[0]?.row;
}

/** How to use a row's cache. */
export function commandFor(model: string, row: ComparedRow): string {
  return `kvchat run ${/^[\w./:@+-]+$/.test(model) ? model : JSON.stringify(model)} --kv ${pairName(row)}`;
}
