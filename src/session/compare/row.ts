// Measures one pair of cache types: quality, then speed beside the baseline, then what it takes.
import type { ScoringEngine, Token } from "../engine/engine.ts";
import { answerGreedily, answerTokens, compareAnswers, earliestDivergence, type Question } from "./answers.ts";
import type { Lab } from "./lab.ts";
import { type Chunk, evaluatedTokens, type Pair, scoredPositions } from "./plan.ts";
import { type ComparedRow, pairName, type Quality, type Speed } from "./report.ts";
import { type BaselineExpectation, readBaseline, scoreAgainst } from "./score-text.ts";
import { decodeTokens, measureSpeed, prefillTokens } from "./speed.ts";
import { verdictOf } from "./verdict.ts";
import type { WorkMeter } from "./work-meter.ts";

/** What every pair is put to. */
export interface Trial {
  readonly lab: Lab;
  readonly baselineName: string;
  readonly contextSize: number;
  readonly chunks: readonly Chunk[];
  readonly questions: readonly Question[];
  /** Tokens in the cache when speed is measured. */
  readonly depths: readonly number[];
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly meter: WorkMeter;
}

/** What the baseline makes of the text and the questions. */
export interface BaselineFindings {
  readonly expectations: readonly BaselineExpectation[];
  readonly answers: readonly (readonly Token[])[];
}

/** Throws the signal's reason when aborted. */
export async function measureBaseline(engine: ScoringEngine, trial: Trial): Promise<BaselineFindings> {
  const { chunks, signal, meter } = trial;
  meter.begin("the baseline", qualityWork(trial));
  const expectations = await readBaseline({ engine, chunks, signal, onProgress: scoringProgress(trial) });
  return { expectations, answers: await answerAll(engine, trial) };
}

/** `rival` is a context of the baseline for speed, with room for the greatest depth. Throws the signal's reason when aborted. */
export async function measureRow(
  pair: Pair,
  trial: Trial,
  { findings, rival }: { findings: BaselineFindings; rival: ScoringEngine | undefined },
): Promise<ComparedRow> {
  const { lab, contextSize, meter, baselineName } = trial;
  meter.begin(`${pairName(pair)}: quality`, qualityWork(trial));
  const { quality, memory } = await usingContext(lab, pair, contextSize, async (engine) => ({
    quality: await measureQuality(engine, trial, findings),
    memory: lab.memoryOf(pair, engine),
  }));
  const speed = rival ? await measureDepths(pair, trial, rival) : [];
  const verdict = verdictOf(quality, pairName(pair) === baselineName ? [] : speed);
  return { ...pairOf(pair), status: "ok", reason: null, quality, speed, memory, verdict };
}

/** A row of a pair that could not be measured. */
export function emptyRow(pair: Pair, status: "unsupported" | "failed", reason: string): ComparedRow {
  return { ...pairOf(pair), status, reason, quality: null, speed: [], memory: null, verdict: null };
}

const pairOf = ({ k, v }: Pair): Pair => ({ k, v });

async function measureQuality(
  engine: ScoringEngine,
  trial: Trial,
  { expectations, answers }: BaselineFindings,
): Promise<Quality> {
  const { chunks, questions, signal } = trial;
  const run = { engine, chunks, signal, onProgress: scoringProgress(trial) };
  const { inWindow, afterEviction } = await scoreAgainst(expectations, run);
  const own = await answerAll(engine, trial);
  const compared = questions.map(({ prompt }, index) => {
    return compareAnswers(engine, prompt, answers[index] ?? [], own[index] ?? []);
  });
  return { ...inWindow, afterEviction, firstDivergence: earliestDivergence(compared), answers: compared };
}

async function answerAll(engine: ScoringEngine, { questions, signal }: Trial): Promise<Token[][]> {
  const answers: Token[][] = [];
  for (const question of questions) answers.push(await answerGreedily(engine, question, signal));
  return answers;
}

async function measureDepths(pair: Pair, trial: Trial, rival: ScoringEngine): Promise<Speed[]> {
  const { lab, depths, rounds, signal, meter, chunks } = trial;
  meter.begin(`${pairName(pair)}: speed`, speedWork(trial));
  const fitting = depths.filter((depth) => contextForDepth(depth) <= lab.maxContext(pair));
  if (fitting.length === 0) return [];
  return usingContext(lab, pair, contextForDepth(Math.max(...fitting)), async (engine) => {
    const tokens = chunks[0]?.tokens ?? [];
    const speeds: Speed[] = [];
    let done = 0;
    const onRound = () => meter.done(++done * roundWork);
    for (const depth of fitting) {
      speeds.push(await measureSpeed(depth, { baseline: rival, engine, tokens, rounds, signal, onRound }));
    }
    return speeds;
  });
}

/** Tokens of a context in which speed can be measured behind `depth` tokens. */
export function contextForDepth(depth: number): number {
  return depth + prefillTokens + decodeTokens;
}

async function usingContext<T>(
  lab: Lab,
  pair: Pair,
  contextSize: number,
  work: (engine: ScoringEngine) => Promise<T>,
): Promise<T> {
  await using engine = await lab.openContext(pair, contextSize);
  return await work(engine);
}

function scoringProgress({ chunks, meter }: Trial): (scored: number) => void {
  const all = scoredPositions(chunks);
  return (scored) => meter.done((evaluatedTokens(chunks) * scored) / all);
}

/** Tokens evaluated in one round: for the baseline and for the pair. */
const roundWork = 2 * (prefillTokens + decodeTokens);

/** Tokens evaluated for the quality of one cache. */
export function qualityWork({ chunks, questions }: Pick<Trial, "chunks" | "questions">): number {
  return evaluatedTokens(chunks) + questions.reduce((sum, { tokens }) => sum + tokens.length + answerTokens, 0);
}

/** Tokens evaluated for the speed of one cache. */
export function speedWork({ depths, rounds }: Pick<Trial, "depths" | "rounds">): number {
  return depths.length * rounds * roundWork;
}
