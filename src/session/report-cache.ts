// Puts together what a conversation tells of its cache.
import type { BlockStore } from "../cache/block-store.ts";
import { clip, rangeLength, type TokenRange, totalLength } from "../cache/ranges.ts";
import { WindowFullError } from "../cache/window/policy.ts";
import type { CacheReport, NextToLeave, Reuse, TypeCost } from "./cache-report.ts";
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
  return {
    parts: cachedParts(window.ledger, chat, measures),
    reuse,
    notResumed,
    next: nextToLeave(sources),
    shared: session && blocks && (await sharedPieces(recorder.store, blocks, session.id)),
    types,
  };
}

function nextToLeave({ window, chat, reserve, canShift }: ReportSources): NextToLeave | undefined {
  try {
    const ranges = window.nextToLeave(reserve);
    const touched = window.turnsInCache
      .map((turn, index) => ({ question: chat.told[index]?.user.content ?? "", ...leaving(ranges, turn) }))
      .filter(({ gone }) => gone > 0);
    const tokens = totalLength(ranges);
    return {
      tokens,
      turns: touched.map(({ question }) => question),
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
