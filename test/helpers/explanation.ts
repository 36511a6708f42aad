// An explanation as it could have been measured, after a prompt of two tokens.
import { type ExplainReport, explainReport } from "../../src/session/explain/explain-report.ts";

export function explanation(count: number, changes: Partial<ExplainReport> = {}): ExplainReport {
  const cost = (token: number, computedTokens: number) => ({
    token,
    computedTokens,
    ms: 10 * computedTokens,
    cacheBytes: 9360 * (token + 1),
  });
  const steps = Array.from({ length: count }, (_, index) => ({
    step: index + 1,
    without: { ...cost(index + 1, index + 2), cacheBytes: 0 },
    with: cost(index + 1, index === 0 ? 2 : 1),
  }));
  const kv = { typeK: "q8_0", typeV: "q4_0", bytesPerToken: 9360 } as const;
  const head = { model: "m", backend: "CPU", prompt: "Hello", promptTokens: 2, text: " all", stopped: false, kv };
  return { ...explainReport(head, steps), ...changes };
}
