// Compares caches: the text is read once under the baseline, then the pairs follow, one row each.
import type { ScoringEngine } from "../engine/engine.ts";
import { KvchatError } from "../errors.ts";
import type { ConversationSettings } from "../settings.ts";
import { Lab } from "./lab.ts";
import { type CompareSource, type Material, prepareMaterial } from "./material.ts";
import { type Pair, type PlannedPair, planPairs, scoredPositions } from "./plan.ts";
import { type ComparedRow, type ComparedText, pairName } from "./report.ts";
import { contextForDepth, emptyRow, measureBaseline, measureRow, qualityWork, speedWork, type Trial } from "./row.ts";
import { topTokensFor } from "./score-text.ts";
import { type Progress, WorkMeter } from "./work-meter.ts";

export interface CompareOptions {
  readonly settings: ConversationSettings;
  readonly baseline: Pair;
  readonly pairs: readonly Pair[];
  readonly source: CompareSource;
  /** Tokens of a chunk and of the context it is read in. */
  readonly contextSize: number;
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
  const { settings, baseline, contextSize, signal } = options;
  await using lab = await Lab.open(settings, contextSize, signal);
  const planned = planPairs(baseline, options.pairs, { facts: lab.facts, flashAttention: settings.flashAttention });
  await using reader = await lab.openContext(baseline, contextSize);
  const material = prepareMaterial(options.source, {
    ...options,
    engine: reader,
    template: lab.chooseTemplate(reader),
  });
  const rows: ComparedRow[] = [];
  const complete = await untilStopped(signal, () => measureAll(planned, { options, lab, reader, material }, rows));
  const text = {
    source: options.source.name,
    tokens: material.tokens,
    contextSize,
    chunks: material.chunks.length,
    topTokens: topTokensFor(scoredPositions(material.chunks)),
  };
  const { threads, facts } = lab;
  return { rows, complete, text, architecture: facts.architecture, backend: reader.facts.backend, threads };
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
  const { baseline, depths, rounds, contextSize, signal } = options;
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
