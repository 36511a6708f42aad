// Puts together what a conversation tells of its cache.
import type { BlockStore } from "../cache/block-store.ts";
import { clip, rangeLength, type TokenRange, totalLength } from "../cache/ranges.ts";
import { WindowFullError } from "../cache/window/policy.ts";
import type { CachedPart, CacheReport, NextToLeave, Reuse, TypeCost } from "./cache-report.ts";
import { cachedParts, type Measures, type ReportedChat } from "./cached-parts.ts";
import type { Recorder } from "./recorder.ts";
import type { TokenWindow } from "./token-window.ts";
import { sharedPieces } from "./upkeep/shared-pieces.ts";

export interface ReportSources {
  readonly window: TokenWindow;
  readonly chat: ReportedChat;
  readonly measures: Measures;
  readonly reuse: Reuse | undefined;
  readonly notResumed: string | undefined;
  /** Tokens that stay free for an answer. */
  readonly reserve: number;
  readonly canShift: boolean;
  readonly recorder: Recorder | undefined;
  readonly blocks: BlockStore | undefined;
  readonly types: readonly TypeCost[];
}

/** Nothing is changed by it; what is on the disk is counted, not read. */
export async function reportCache(sources: ReportSources): Promise<CacheReport> {
  const { window, chat, measures, recorder, blocks, reuse, notResumed, types } = sources;
  const session = recorder?.session;
  const parts = cachedParts(window.ledger, chat, measures);
  return {
    parts,
    reuse,
    notResumed,
    next: nextToLeave(sources, shortestQuestion(parts, measures)),
    shared: session && blocks && (await sharedPieces(recorder.store, blocks, session.id)),
    types,
  };
}

/** Tokens of a question of one with the marks around it and its answer, as they are around those that were asked. */
function shortestQuestion(parts: readonly CachedPart[], { count }: Measures): number {
  const questions = parts.filter(({ kind }) => kind === "user");
  // Behind the last one no other is opened yet; of the first a part may have left.
  const typical = questions.at(-2) ?? questions.at(-1);
  return Math.max(0, typical ? typical.tokens - count(typical.text) : 0) + 1;
}

function nextToLeave({ window, chat, reserve, canShift }: ReportSources, shortest: number): NextToLeave | undefined {
  try {
    const ranges = window.nextToLeave(reserve, shortest);
    const touched = window.turnsInCache
      .map((turn, index) => ({ question: chat.told[index]?.user.content, ...leaving(ranges, turn) }))
      .filter(({ gone }) => gone > 0);
    const tokens = totalLength(ranges);
    return {
      tokens,
      // Those of a branch that was left are no turns of the chat.
      turns: touched.flatMap(({ question }) => question ?? []),
      isPartial: touched.at(-1)?.isWhole === false,
      isReadAgain: !canShift,
    };
  } catch (error) {
    if (error instanceof WindowFullError) return undefined;
    throw error;
  }
}

function leaving(ranges: readonly TokenRange[], turn: TokenRange): { gone: number; isWhole: boolean } {
  const gone = totalLength(clip(ranges, turn.start, turn.end));
  return { gone, isWhole: gone === rangeLength(turn) };
}
