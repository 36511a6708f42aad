// How much of what a cache holds belongs to a chat's current branch, without a tokenizer: the ledger tells where turns begin, and
// an answer carries the tokens that the model generated. Pure.
import { afterErasing } from "../../cache/ranges.ts";
import type { KeptCache } from "../kv-record.ts";
import { placeOfAnswer } from "../place-of-answer.ts";
import type { MessageRecord } from "../store/session-record.ts";

type Kept = Pick<KeptCache, "whole" | "erased" | "turns" | "head" | "cached">;
type Said = Pick<MessageRecord, "role" | "evicted" | "generated">;

/** The first so many tokens of the cache: up to the last of the branch's answers that stands in it. */
export function branchInCache(kept: Kept, messages: readonly Said[]): number {
  const answers = messages.filter(({ role, evicted }) => role === "assistant" && !evicted);
  const ends = answers.map((answer, turn) => endOfAnswer(kept, turn, answer));
  const missing = ends.indexOf(undefined);
  const end = (missing < 0 ? ends : ends.slice(0, missing)).at(-1) ?? kept.head;
  return Math.min(kept.cached, afterErasing(end, kept.erased));
}

/** Undefined where the turn is not in the ledger, or holds another answer. */
function endOfAnswer({ turns, whole }: Kept, turn: number, { generated }: Said): number | undefined {
  const start = turns[turn];
  if (start === undefined) return undefined;
  const end = turns[turn + 1] ?? whole.length;
  if (!generated) return end;
  return placeOfAnswer(generated, whole, { start, end })?.end;
}
