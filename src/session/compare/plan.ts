// What a comparison is to do, before anything is loaded: which pairs can run, and how the text is cut.
import type { TokenRange } from "../../cache/ranges.ts";
import type { KvType } from "../../cache/types.ts";
import type { Token } from "../engine/engine.ts";
import { ExitCode, KvchatError } from "../errors.ts";
import type { ModelFacts } from "../models/model-facts.ts";
import { checkTypes } from "../plan-engine.ts";
import { pairName } from "./report.ts";

export interface Pair {
  readonly k: KvType;
  readonly v: KvType;
}

export interface PlannedPair extends Pair {
  /** Why it cannot run; undefined: it can. */
  readonly reason: string | undefined;
}

/** The baseline first, then each pair once, in the order given. Throws KvchatError where the baseline itself cannot run. */
export function planPairs(baseline: Pair, pairs: readonly Pair[], model: TypeLimits): PlannedPair[] {
  checkPair(baseline, model);
  const byName = new Map([...pairs, baseline].map((pair) => [pairName(pair), pair]));
  byName.delete(pairName(baseline));
  return [
    { ...baseline, reason: undefined },
    ...[...byName.values()].map((pair) => ({ ...pair, reason: whyNot(pair, model) })),
  ];
}

/** What decides which types can run. */
export interface TypeLimits {
  readonly facts: ModelFacts;
  readonly flashAttention: "on" | "off" | "auto";
}

function checkPair({ k, v }: Pair, { facts, flashAttention }: TypeLimits): void {
  checkTypes(facts, { cacheTypeK: k, cacheTypeV: v, flashAttention });
}

function whyNot(pair: Pair, model: TypeLimits): string | undefined {
  try {
    checkPair(pair, model);
    return undefined;
  } catch (error) {
    if (error instanceof KvchatError) return error.message;
    throw error;
  }
}

/** A piece of text as long as the context, evaluated into an empty cache. */
export interface Chunk {
  readonly tokens: readonly Token[];
  /** The first index whose expectation counts: half of the context has been seen by then. */
  readonly from: number;
  /** Then the window slides: this range is erased, and these tokens of the text follow. */
  readonly after: { readonly erase: TokenRange; readonly tokens: readonly Token[] } | undefined;
}

/** Kept at the head when the window slides: attention sinks (StreamingLLM, arXiv 2309.17453). */
const sinkTokens = 4;
export const smallestContext = 64;

/**
 * Cuts a text as llama-perplexity does: chunks of the context's length from the beginning on, the first token of each replaced by
 * the beginning-of-text token where the model has one, what is left over ignored. Throws KvchatError for less than one chunk.
 */
export function planChunks(
  tokens: readonly Token[],
  { contextSize, chunks, bosToken, canShift }: ChunkOptions,
): Chunk[] {
  const count = Math.min(chunks, Math.floor(tokens.length / contextSize));
  if (count < 1) throw tooShort(tokens.length, contextSize);
  const half = Math.floor(contextSize / 2);
  return Array.from({ length: count }, (_, index) => {
    const end = (index + 1) * contextSize;
    const own = tokens.slice(index * contextSize, end);
    if (bosToken !== undefined) own[0] = bosToken;
    const following = tokens.slice(end, end + tokensAfter(contextSize));
    const after = { erase: { start: sinkTokens, end: half }, tokens: following };
    return { tokens: own, from: half, after: canShift && following.length > 1 ? after : undefined };
  });
}

export interface ChunkOptions {
  /** Tokens. */
  readonly contextSize: number;
  /** At most so many chunks. */
  readonly chunks: number;
  readonly bosToken: Token | undefined;
  readonly canShift: boolean;
}

/** Tokens of a text that `planChunks` looks at. */
export function tokensNeeded({ contextSize, chunks }: Pick<ChunkOptions, "contextSize" | "chunks">): number {
  return contextSize * chunks + tokensAfter(contextSize);
}

function tokensAfter(contextSize: number): number {
  return Math.floor(contextSize / 4);
}

function tooShort(tokens: number, contextSize: number): KvchatError {
  const fitting = Math.floor(tokens / 2);
  return new KvchatError(
    tokens === 0
      ? "There is no text to compare with."
      : `The text has ${tokens} tokens, and a chunk takes ${contextSize}.`,
    {
      hint:
        fitting >= smallestContext
          ? `Give more text, or a smaller context: --ctx-size ${fitting}`
          : "Give more text; without --text kvchat takes its own.",
      exitCode: ExitCode.usage,
    },
  );
}

/** Positions of all chunks that are scored: each whose next token is known. */
export function scoredPositions(chunks: readonly Chunk[]): number {
  return chunks.reduce(
    (sum, { tokens, from, after }) => sum + tokens.length - 1 - from + (after ? after.tokens.length - 1 : 0),
    0,
  );
}

/** Tokens that one cache evaluates for all chunks. */
export function evaluatedTokens(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { tokens, after }) => sum + tokens.length + (after?.tokens.length ?? 0), 0);
}
