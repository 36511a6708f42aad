// Greedy answers to a few prompts, and where they depart from those under the baseline.
import { commonPrefixLength } from "../../cache/prefix.ts";
import type { ScoringEngine, Token } from "../engine/engine.ts";
import type { Answer } from "./report.ts";

/** Of one answer. */
export const answerTokens = 48;

/** A prompt as the model sees it. */
export interface Question {
  /** For people. */
  readonly prompt: string;
  readonly tokens: readonly Token[];
}

/** The likeliest tokens one after the other, up to the end of the answer. Throws the signal's reason when aborted. */
export async function answerGreedily(
  engine: ScoringEngine,
  { tokens }: Question,
  signal: AbortSignal,
): Promise<Token[]> {
  engine.clear();
  // Not by prefill: how it cuts a prompt into batches depends on the time, and batches round differently.
  for await (const _ of engine.score(tokens, { from: tokens.length - 1, top: 1, wanted: () => [], signal }));
  engine.startSampling({ temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 0 }, []);
  const answer: Token[] = [];
  for (;;) {
    signal.throwIfAborted();
    const token = await engine.sample();
    if (engine.isEndOfGeneration(token)) return answer;
    answer.push(token);
    if (answer.length === answerTokens) return answer;
    await engine.decode(token);
  }
}

type Texts = Pick<ScoringEngine, "detokenize">;

/** An answer that ends where the baseline's goes on departs there. */
export function compareAnswers(engine: Texts, prompt: string, baseline: readonly Token[], answer: readonly Token[]) {
  const shared = commonPrefixLength(baseline, answer);
  const departs = shared < baseline.length || shared < answer.length;
  return {
    prompt,
    text: engine.detokenize(answer, false),
    tokens: answer.length,
    firstDivergence: departs ? shared : null,
    sharedText: engine.detokenize(answer.slice(0, shared), false),
  } satisfies Answer;
}

/** The smallest of the answers' first divergences; null where no answer departs. */
export function earliestDivergence(answers: readonly Answer[]): number | null {
  const places = answers.flatMap(({ firstDivergence }) => firstDivergence ?? []);
  return places.length > 0 ? Math.min(...places) : null;
}
