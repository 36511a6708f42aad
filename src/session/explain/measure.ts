// The same greedy continuation twice, step by step and side by side: once on a KV cache that stays, once with the cache cleared
// before each token, so that every earlier token is evaluated again. What was computed is what the engines say they evaluated.
import type { Engine, Token } from "../engine/engine.ts";

/** What a continuation needs of an engine. */
export type Computes = Pick<Engine, "length" | "clear" | "prefill" | "decode" | "startSampling" | "sample">;

/** What one token cost. */
export interface StepCost {
  readonly token: Token;
  /** Tokens whose K and V were computed. */
  readonly computedTokens: number;
  readonly ms: number;
  /** Bytes of K and V that are kept for the next step. */
  readonly cacheBytes: number;
}

export interface ExplainStep {
  /** From 1; the first is the prefill of the prompt. */
  readonly step: number;
  readonly without: StepCost;
  readonly with: StepCost;
}

export interface Measured {
  /** An engine of the model whose cache stays, and another whose cache is cleared. */
  readonly cached: Computes;
  readonly uncached: Computes;
  /** At least one token. */
  readonly prompt: readonly Token[];
  readonly steps: number;
  /** Bytes that so many tokens take in the cache. */
  readonly heldBytes: (tokens: number) => number;
}

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 0 };

/** Yields each step as it lands; a stop ends it after the last whole one. An end of the answer does not end it. */
export async function* measureSteps(options: Measured, signal?: AbortSignal): AsyncGenerator<ExplainStep> {
  const { cached, uncached, prompt, steps, heldBytes } = options;
  // The first evaluation of a model reads its weights from the disk, and would be charged to the cache.
  for (const engine of [cached, uncached]) {
    await append(engine, prompt, signal);
    engine.clear();
    engine.startSampling(greedy, []);
  }
  const written = { with: [] as Token[], without: [] as Token[] };
  for (let step = 1; step <= steps && !signal?.aborted; step++) {
    const withCache = await nextToken(cached, step === 1 ? prompt : written.with.slice(-1), signal);
    uncached.clear();
    const without = await nextToken(uncached, [...prompt, ...written.without], signal);
    if (!withCache || !without) return;
    written.with.push(withCache.token);
    written.without.push(without.token);
    yield {
      step,
      without: { ...without, cacheBytes: 0 },
      with: { ...withCache, cacheBytes: heldBytes(cached.length) },
    };
  }
}

/** Undefined where a stop came in between. */
async function nextToken(engine: Computes, tokens: readonly Token[], signal?: AbortSignal) {
  const before = engine.length;
  const start = performance.now();
  await append(engine, tokens, signal);
  const computedTokens = engine.length - before;
  if (computedTokens < tokens.length) return undefined;
  const token = await engine.sample();
  return { token, computedTokens, ms: performance.now() - start };
}

async function append(engine: Computes, tokens: readonly Token[], signal?: AbortSignal): Promise<void> {
  const [first] = tokens;
  if (tokens.length === 1 && first !== undefined) return engine.decode(first);
  for await (const _ of engine.prefill(tokens, signal));
}
