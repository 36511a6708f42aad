// How much of what a cache holds belongs to a chat's current branch, without a tokenizer: the ledger tells where turns begin, and
// an answer carries the tokens that the model generated. Pure.
import { afterErasing } from "../../cache/ranges.ts";
import type { KeptCache } from "../kv-record.ts";
import { placeOfAnswer } from "../place-of-answer.ts";
import type { MessageRecord } from "../store/session-record.ts";

export interface BranchInCache {
  /** The first so many tokens of the cache: up to the last answer that stands in it. */
  readonly tokens: number;
  /** Answers of the branch that never were in it. */
  readonly answersMissing: number;
}

type Kept = Pick<KeptCache, "whole" | "erased" | "turns" | "head" | "cached">;
type Said = Pick<MessageRecord, "role" | "evicted" | "generated">;

export function branchInCache(kept: Kept, messages: readonly Said[]): BranchInCache {
  const answers = messages.filter(({ role, evicted }) => role === "assistant" && !evicted);
  const ends = answers.map((answer, turn) => endOfAnswer(kept, turn, answer));
  const firstMissing = ends.indexOf(undefined);
  const found = firstMissing < 0 ? ends.length : firstMissing;
  const end = ends[found - 1] ?? kept.head;
  return { tokens: Math.min(kept.cached, afterErasing(end, kept.erased)), answersMissing: ends.length - found };
}

/** Undefined where the turn is not in the ledger, or holds another answer. */
function endOfAnswer({ turns, whole }: Kept, turn: number, { generated }: Said): number | undefined {
  const start = turns[turn];
  if (start === undefined) return undefined;
  const end = turns[turn + 1] ?? whole.length;
  if (!generated) return end;
  return placeOfAnswer(generated, whole, { start, end })?.end;
}
