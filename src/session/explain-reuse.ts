// How much of a turn's prompt the cache had, and why not more. Pure.
import { commonPrefixLength } from "../cache/prefix.ts";
import type { Reuse, ReuseObstacle } from "./cache-report.ts";
import type { RenderedPrompt } from "./chat-template.ts";
import type { Token } from "./engine/engine.ts";

export interface ReuseFacts {
  /** What the cache held before the turn. */
  readonly before: readonly Token[];
  /** What it is to hold for the prompt. */
  readonly wanted: readonly Token[];
  readonly prompt: Pick<RenderedPrompt, "head" | "turns">;
  /** Where in `wanted` the text of this turn begins. */
  readonly question: number;
  /** The first so many of `wanted` stayed in the cache. */
  readonly live: number;
  /** And so many are there once what is kept on the disk was looked through. */
  readonly reused: number;
  /** Tokens that left for this prompt. */
  readonly evicted: number;
  readonly canShift: boolean;
}

export function explainReuse(facts: ReuseFacts): Reuse {
  const { wanted, live, reused } = facts;
  const known = tokensBeforeTurn(facts);
  // The last token of an answer may never have been evaluated.
  const again = known - reused > 1 ? known - reused : 0;
  const obstacle = again > 0 ? obstacleOf(facts, known) : undefined;
  return { prompt: wanted.length, reused, restored: Math.max(0, reused - live), again, obstacle };
}

/** What had been said before this turn: without the marks that open its question. */
function tokensBeforeTurn({ prompt, question, before }: ReuseFacts): number {
  const frame = prompt.turns.at(-2)?.tail;
  if (frame !== undefined) return question - frame;
  return before.length > 0 ? prompt.head : 0;
}

function obstacleOf({ before, wanted, prompt, reused, evicted, canShift }: ReuseFacts, known: number): ReuseObstacle {
  if (before.length === 0) return "empty";
  if (evicted > 0 && !canShift) return "cannot shift";
  const shared = commonPrefixLength(wanted, before);
  if (reused < Math.min(shared, known)) return "cannot go back";
  if (shared < prompt.head && shared < before.length) return "system prompt changed";
  return shared < before.length ? "text changed" : "not kept";
}
