// What `kvchat explain` tells once its steps are done: totals beside the formula, prefill apart from decode, and whether both
// ways wrote the same. Pure.
import type { KvType } from "../../cache/types.ts";
import type { ExplainStep, StepCost } from "./measure.ts";

/** The object that `explain --json` prints. A contract: only add to it. */
export interface ExplainReport {
  readonly schema: 1;
  readonly model: string;
  /** `CPU`, `CUDA`, `Metal` or `Vulkan`. */
  readonly backend: string;
  readonly prompt: string;
  readonly promptTokens: number;
  /** What the model wrote, with its cache. */
  readonly text: string;
  /** True where a stop came before all steps were done. */
  readonly stopped: boolean;
  readonly kv: { readonly typeK: KvType; readonly typeV: KvType; readonly bytesPerToken: number };
  readonly without: WayReport;
  readonly with: WayReport;
  /** The first step, from 1, at which the two ways chose another token; null where none did. */
  readonly firstDifference: number | null;
}

export interface WayReport {
  readonly computedTokens: number;
  /** What it must be for so long a prompt and so many steps. */
  readonly formulaTokens: number;
  /** The first step: all of the prompt. */
  readonly prefillMs: number;
  /** Median of the steps after the first; null where there is none. */
  readonly decodeMs: number | null;
  readonly totalMs: number;
  readonly steps: readonly StepCost[];
}

type Head = Omit<ExplainReport, "schema" | "without" | "with" | "firstDifference">;

export function explainReport(head: Head, steps: readonly ExplainStep[]): ExplainReport {
  const { promptTokens } = head;
  const difference = steps.find((step) => step.with.token !== step.without.token);
  return {
    schema: 1,
    ...head,
    without: wayReport(
      steps.map((step) => step.without),
      formulaWithout(promptTokens, steps.length),
    ),
    with: wayReport(
      steps.map((step) => step.with),
      formulaWith(promptTokens, steps.length),
    ),
    firstDifference: difference?.step ?? null,
  };
}

/** P + (P+1) + … : each of `steps` evaluates the prompt and all that was written before it. 2 and 99 make 5,049. */
export function formulaWithout(promptTokens: number, steps: number): number {
  return steps * promptTokens + (steps * (steps - 1)) / 2;
}

/** P + 1 + 1 + … : the prompt once, then the one new token of each step. 2 and 99 make 100. */
export function formulaWith(promptTokens: number, steps: number): number {
  return steps === 0 ? 0 : promptTokens + steps - 1;
}

function wayReport(steps: readonly StepCost[], formulaTokens: number): WayReport {
  const sum = (value: (step: StepCost) => number) => steps.reduce((total, step) => total + value(step), 0);
  return {
    computedTokens: sum((step) => step.computedTokens),
    formulaTokens,
    prefillMs: steps[0]?.ms ?? 0,
    decodeMs: median(steps.slice(1).map((step) => step.ms)),
    totalMs: sum((step) => step.ms),
    steps,
  };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
