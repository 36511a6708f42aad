// Compares caches: the text is read once under the baseline, then the pairs follow, one row each.
import type { ScoringEngine } from "../engine/engine.ts";
import { KvchatError } from "../errors.ts";
import type { ConversationSettings } from "../settings.ts";
import { answerTokens } from "./answers.ts";
import { Lab } from "./lab.ts";
import { type CompareSource, type Material, prepareMaterial, type SessionSource } from "./material.ts";
import { type Pair, type PlannedPair, planPairs, scoredPositions, smallestContext } from "./plan.ts";
import { readSessionText } from "./questions.ts";
import { type ComparedRow, type ComparedText, pairName } from "./report.ts";
import { contextForDepth, emptyRow, measureBaseline, measureRow, qualityWork, speedWork, type Trial } from "./row.ts";
import { topTokensFor } from "./score-text.ts";
import { type Progress, WorkMeter } from "./work-meter.ts";

export interface CompareOptions {
  readonly settings: ConversationSettings;
  readonly baseline: Pair;
  readonly pairs: readonly Pair[];
  readonly source: CompareSource;
  /** Tokens of a chunk; undefined: llama-perplexity's 512, and of a chat as many as it has, up to 2,048. */
  readonly contextSize: number | undefined;
  readonly chunks: number;
  readonly depths: readonly number[];
  /** Rounds of speed; 0 measures none. */
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onRow: (row: ComparedRow) => void;
}

export interface Comparison {
  readonly rows: readonly ComparedRow[];
  /** False where it was stopped. */
  readonly complete: boolean;
  readonly text: ComparedText;
  readonly architecture: string;
  readonly backend: string;
  readonly threads: number;
}

/**
 * A stop keeps the rows that are done. Throws KvchatError where the model, the baseline or the text is not fit for a comparison,
 * and the signal's reason where it is stopped before the text is known.
 */
export async function compareCaches(options: CompareOptions): Promise<Comparison> {
  const { settings, baseline, source, signal } = options;
  await using lab = await Lab.open(settings, options.contextSize ?? defaultChunk, signal);
  const planned = planPairs(baseline, options.pairs, { facts: lab.facts, flashAttention: settings.flashAttention });
  const chunkSize =
    options.contextSize ?? (source.kind === "session" ? await chatSize(lab, baseline, source) : defaultChunk);
  // A chat is read as one whole, and its last question answered behind that.
  const contextSize = source.kind === "session" ? chunkSize + answerTokens : chunkSize;
  await using reader = await lab.openContext(baseline, contextSize);
  const material = prepareMaterial(source, {
    engine: reader,
    template: lab.chooseTemplate(reader),
    chunkSize,
    chunks: options.chunks,
  });
  const rows: ComparedRow[] = [];
  const complete = await untilStopped(signal, () => measureAll(planned, { options, lab, reader, material }, rows));
  const text = {
    source: source.name,
    tokens: material.tokens,
    contextSize: chunkSize,
    chunks: material.chunks.length,
    topTokens: topTokensFor(scoredPositions(material.chunks)),
  };
  const { threads, facts } = lab;
  return { rows, complete, text, architecture: facts.architecture, backend: reader.facts.backend, threads };
}

const defaultChunk = 512;
const longestChat = 2048;

/** Tokens of a chat, within what one chunk may have. */
async function chatSize(lab: Lab, baseline: Pair, { loaded }: SessionSource): Promise<number> {
  await using probe = await lab.openContext(baseline, smallestContext);
  const { tokens } = readSessionText(probe, lab.chooseTemplate(probe), loaded);
  return Math.max(smallestContext, Math.min(longestChat, tokens.length));
}

interface Preparation {
  readonly options: CompareOptions;
  readonly lab: Lab;
  /** A context of the baseline. */
  readonly reader: ScoringEngine;
  readonly material: Material;
}

/** Adds a row for each pair, as it lands. */
async function measureAll(
  planned: readonly PlannedPair[],
  { options, lab, reader, material }: Preparation,
  rows: ComparedRow[],
): Promise<void> {
  const { baseline, depths, rounds, signal } = options;
  const { contextSize } = reader.facts;
  const { chunks, questions } = material;
  const usable = planned.filter(({ reason }) => reason === undefined).length;
  const perCache = { chunks, questions, depths: rounds > 0 ? depths : [], rounds };
  const work = (usable + 1) * qualityWork(perCache) + usable * speedWork(perCache);
  const meter = new WorkMeter(work, options.onProgress);
  const trial: Trial = { ...perCache, baselineName: pairName(baseline), lab, contextSize, signal, meter };
  const findings = await measureBaseline(reader, trial);
  const deepest = Math.max(...trial.depths);
  await using rival = trial.depths.length > 0 ? await lab.openContext(baseline, contextForDepth(deepest)) : undefined;
  for (const { reason, ...pair } of planned) {
    const row =
      reason === undefined
        ? await measureRow(pair, trial, { findings, rival }).catch(failureOf(pair, signal))
        : emptyRow(pair, "unsupported", reason);
    rows.push(row);
    options.onRow(row);
  }
}

/** What goes wrong with one pair does not end the others; a stop does. */
function failureOf(pair: Pair, signal: AbortSignal): (error: unknown) => ComparedRow {
  return (error) => {
    if (signal.aborted || !(error instanceof Error)) throw error;
    const reason = error instanceof KvchatError ? error.message : `llama.cpp failed: ${error.message.split("\n")[0]}`;
    return emptyRow(pair, "failed", reason);
  };
}

/** False where the work was stopped. */
async function untilStopped(signal: AbortSignal, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
