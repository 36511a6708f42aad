// Reads a text under one type of cache, and lays what the model expects beside what it expected under the baseline.
import type { Expectation, ScoringEngine, Token } from "../engine/engine.ts";
import { type Chunk, scoredPositions } from "./plan.ts";
import type { Agreement } from "./report.ts";
import { agreementOf, divergence, type ScoredToken } from "./stats.ts";

/**
 * Most tokens compared one by one at a position. On SmolLM2 and Gemma 3 a divergence then lacks less than 1% of itself, where
 * 1,024 tokens lack 2 to 4%; twice as many take a tenth more time.
 */
const mostTopTokens = 4096;
/** The baseline's expectations are kept for the whole text: however long that is, they take no more than this. */
const keptBytes = 128 * 2 ** 20;
const bytesPerTopToken = 12;

/** How many of the most probable tokens to keep for each of so many positions. */
export function topTokensFor(positions: number): number {
  return Math.max(16, Math.min(mostTopTokens, Math.floor(keptBytes / bytesPerTopToken / Math.max(1, positions))));
}

/** What the baseline expects at one position. */
export type BaselineExpectation = Pick<Expectation, "tokens" | "logProbs"> & { readonly logProb: number };

export interface ScoreRun {
  readonly engine: ScoringEngine;
  readonly chunks: readonly Chunk[];
  readonly signal: AbortSignal;
  /** Called after each scored token, with how many of `scoredPositions` are done. */
  readonly onProgress: (scored: number) => void;
}

/** What the baseline expects at every position, in the order of the text. Throws the signal's reason when aborted. */
export async function readBaseline(run: ScoreRun): Promise<BaselineExpectation[]> {
  const top = topTokensFor(scoredPositions(run.chunks));
  const seen: BaselineExpectation[] = [];
  for await (const { expectation } of expectations(run, top, () => undefined)) {
    const { tokens, logProbs, wanted } = expectation;
    seen.push({ tokens, logProbs, logProb: wanted[0] as number });
  }
  return seen;
}

export interface TextAgreement {
  readonly inWindow: Agreement;
  readonly afterEviction: Agreement | null;
}

/** Throws the signal's reason when aborted. */
export async function scoreAgainst(baseline: readonly BaselineExpectation[], run: ScoreRun): Promise<TextAgreement> {
  const scored: Record<Stage, ScoredToken[]> = { window: [], evicted: [] };
  const top = topTokensFor(scoredPositions(run.chunks));
  for await (const { expectation, stage, position } of expectations(run, top, (at) => baseline[at]?.tokens)) {
    const base = baseline[position];
    if (!base) throw new Error("the baseline was read with other chunks");
    const [logProb, ...others] = expectation.wanted;
    scored[stage].push({
      ...divergence(base.logProbs, others),
      logProb: logProb as number,
      baselineLogProb: base.logProb,
      agrees: base.tokens[0] === expectation.tokens[0],
    });
  }
  const inWindow = agreementOf(scored.window);
  if (!inWindow) throw new Error("nothing was scored");
  return { inWindow, afterEviction: agreementOf(scored.evicted) ?? null };
}

type Stage = "window" | "evicted";

interface Scored {
  readonly expectation: Expectation;
  readonly stage: Stage;
  /** Of all positions of the text that are scored. */
  readonly position: number;
}

/**
 * Besides the token that follows, it asks for the tokens that `alsoWanted` names for a position. A cache that cannot shift leaves
 * out what follows an eviction.
 */
async function* expectations(
  { engine, chunks, signal, onProgress }: ScoreRun,
  top: number,
  alsoWanted: (position: number) => ArrayLike<Token> | undefined,
): AsyncGenerator<Scored> {
  let position = 0;
  async function* read(tokens: readonly Token[], from: number, stage: Stage) {
    const wanted = (index: number) => {
      const next = tokens[index + 1];
      return next === undefined ? [] : [next, ...Array.from(alsoWanted(position) ?? [])];
    };
    for await (const expectation of engine.score(tokens, { from, top, wanted, signal })) {
      if (expectation.index === tokens.length - 1) break;
      yield { expectation, stage, position };
      onProgress(++position);
    }
    signal.throwIfAborted();
  }
  for (const { tokens, from, after } of chunks) {
    engine.clear();
    yield* read(tokens, from, "window");
    if (!after) continue;
    if (!engine.facts.canShift) {
      position += after.tokens.length - 1;
      continue;
    }
    engine.eraseAndShift(after.erase.start, after.erase.end);
    yield* read(after.tokens, 0, "evicted");
  }
}
