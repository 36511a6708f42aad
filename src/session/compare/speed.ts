// How fast a cache is beside the baseline. Both are measured in every round, in turns, so that a busy minute of the machine
// hits both alike.
import type { Engine, Token } from "../engine/engine.ts";
import { evaluate, fillCache } from "./fill-cache.ts";
import type { Speed } from "./report.ts";
import { median } from "./stats.ts";

/** Measured behind each depth. */
export const prefillTokens = 64;
export const decodeTokens = 16;

/** Tokens a second of one round. */
export interface Pace {
  readonly prefill: number;
  readonly decode: number;
}

export interface SpeedOptions {
  readonly baseline: Engine;
  readonly engine: Engine;
  /** Any text; it is evaluated over and over. */
  readonly tokens: readonly Token[];
  readonly rounds: number;
  readonly signal: AbortSignal;
  /** Called after each round of a depth. */
  readonly onRound: () => void;
}

/** Throws the signal's reason when aborted. */
export async function measureSpeed(depth: number, options: SpeedOptions): Promise<Speed> {
  const { baseline, engine, tokens, rounds, signal, onRound } = options;
  const paces: { readonly baseline: Pace; readonly engine: Pace }[] = [];
  for (const one of [baseline, engine]) await fillCache(one, tokens, depth, signal);
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [baseline, engine] : [engine, baseline];
    const measured = new Map<Engine, Pace>();
    for (const one of order) measured.set(one, await measureRound(one, depth, options));
    paces.push({ baseline: measured.get(baseline) as Pace, engine: measured.get(engine) as Pace });
    onRound();
  }
  return summarisePaces(depth, paces);
}

async function measureRound(engine: Engine, depth: number, { tokens, signal }: SpeedOptions): Promise<Pace> {
  if (!engine.truncate(depth)) await fillCache(engine, tokens, depth, signal);
  const prompt = Array.from({ length: prefillTokens }, (_, index) => tokens[index % tokens.length] as Token);
  const begun = performance.now();
  await evaluate(engine, prompt, signal);
  signal.throwIfAborted();
  const evaluated = performance.now();
  for (const token of prompt.slice(0, decodeTokens)) {
    await engine.decode(token);
    signal.throwIfAborted();
  }
  const perSecond = (count: number, ms: number) => (count * 1000) / ms;
  return {
    prefill: perSecond(prefillTokens, evaluated - begun),
    decode: perSecond(decodeTokens, performance.now() - evaluated),
  };
}

/** Medians, and ratios round by round. */
export function summarisePaces(
  depth: number,
  rounds: readonly { readonly baseline: Pace; readonly engine: Pace }[],
): Speed {
  const ratios = (of: keyof Pace) => rounds.map((round) => round.engine[of] / round.baseline[of]);
  const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [prefill, decode] = [ratios("prefill"), ratios("decode")];
  return {
    depth,
    prefillPerSecond: median(rounds.map(({ engine }) => engine.prefill)),
    decodePerSecond: median(rounds.map(({ engine }) => engine.decode)),
    prefillRatio: median(prefill),
    decodeRatio: median(decode),
    spread: { prefill: range(prefill), decode: range(decode) },
  };
}
