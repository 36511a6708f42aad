// What a window policy sees, and what it answers. Policies are pure: the same view gives the same ranges.
import type { TokenRange } from "../ranges.ts";

/** From the text of one user message to that of the next. */
export interface TurnRange extends TokenRange {
  /** Tokens at its end that open the next turn: the end mark of the answer and the frame of the next user message. */
  readonly tail: number;
}

/** A token sequence that is too long for its context. All numbers are tokens, all ranges half-open. */
export interface CacheView {
  /** Tokens of the sequence, the new turn included. */
  readonly length: number;
  readonly contextSize: number;
  /** The head that never leaves: the system prompt and what `--keep` adds. */
  readonly keep: number;
  /** Free tokens that the eviction must leave at the least, for the answer. */
  readonly reserve: number;
  /** Turns from the oldest to the current one, which is never dropped whole: sorted, disjoint, behind the head. */
  readonly turns: readonly TurnRange[];
}

/** Why a policy cannot make room; the conversation turns it into words. */
export class WindowFullError extends Error {
  readonly view: CacheView;

  constructor(view: CacheView) {
    super("the context is full");
    this.name = "WindowFullError";
    this.view = view;
  }
}

/** Names the ranges to erase: sorted, disjoint, none in the head, enough that `length <= contextSize - reserve`. */
export type CachePolicy = (view: CacheView) => TokenRange[];

/** Tokens that must go so that the reserve is free; 0 or less when there is room. */
export function excess(view: CacheView): number {
  return view.length + view.reserve - view.contextSize;
}
