// Rows of a comparison as they could have been measured, for what is drawn and decided of them.

import type { KvType } from "../../src/cache/types.ts";
import type { Agreement, ComparedRow, ComparisonReport } from "../../src/session/compare/report.ts";
import { histogramOf } from "../../src/session/compare/stats.ts";

export interface RowFigures {
  readonly loss: number;
  readonly bytes: number;
  readonly v?: KvType;
  readonly evicted?: number;
  readonly ratio?: number;
  readonly text?: string;
}

function agreement(mean: number): Agreement {
  const kld = { mean, stderr: mean / 10, median: mean / 2, p90: mean * 2, p99: mean * 8, max: mean * 30 };
  const moved = Array.from({ length: 100 }, (_, token) => mean * 30 ** (token / 50 - 1));
  return {
    kld: { ...kld, histogram: histogramOf(moved) },
    missing: mean / 50,
    topAgreement: 1 - mean,
    perplexity: 20,
    perplexityError: 1,
    perplexityRatio: 1 + mean,
    perplexityRatioError: mean,
    tokens: 100,
  };
}

export function comparedRow(
  k: KvType,
  { loss, bytes, v = k, evicted = loss, ratio = 1, text = "The sky is blue." }: RowFigures,
): ComparedRow {
  const shared = "The sky";
  const departs = text !== "The sky is blue.";
  const answer = {
    prompt: "Why <is> the sky blue?",
    text,
    tokens: 5,
    firstDivergence: departs ? 2 : null,
    sharedText: departs ? shared : text,
  };
  const speed = (depth: number, factor: number) => ({
    depth,
    prefillPerSecond: 100 * factor,
    decodePerSecond: 50 * factor,
    prefillRatio: factor,
    decodeRatio: factor,
    spread: { prefill: [factor, factor], decode: [factor, factor] } as const,
  });
  return {
    k,
    v,
    status: "ok",
    reason: null,
    quality: {
      ...agreement(loss),
      afterEviction: agreement(evicted),
      firstDivergence: answer.firstDivergence,
      answers: [answer],
    },
    speed: [speed(0, 1), speed(2048, ratio)],
    memory: { bytesPerToken: bytes, bytesAtContext: bytes * 512, computeBytes: 1000, maxContext: 4096 },
    verdict: "a small loss",
  };
}

export function comparisonOf(rows: readonly ComparedRow[], recommended: string | null = null): ComparisonReport {
  return {
    schema: 1,
    complete: true,
    model: { name: "tiny", path: "/models/tiny.gguf", architecture: "llama" },
    machine: { processor: "a processor", threads: 2, memoryBytes: 2 ** 33 },
    versions: { kvchat: "1.0.0", nodeLlamaCpp: "3.0.0", llamaCpp: "b1" },
    baseline: "f16/f16",
    text: { source: "built-in", tokens: 2176, contextSize: 512, chunks: 4, topTokens: 1024 },
    seed: 0,
    flashAttention: "auto",
    gpu: "CPU",
    rotation: true,
    rows,
    recommended,
  };
}
