// What a conversation tells of its cache when it is asked: what is in it, what the last turn reused and why not more, what leaves
// next, what is shared on the disk, and what other types would take.
import type { KvType } from "../cache/types.ts";

export interface CacheReport {
  /** In the order of the cache. Their tokens and bytes sum to those of the cache. */
  readonly parts: readonly CachedPart[];
  /** Undefined before the first turn of this process. */
  readonly reuse: Reuse | undefined;
  /** Why a resumed chat is evaluated again with its next message; undefined where it is not. */
  readonly notResumed: string | undefined;
  /** Undefined where nothing leaves: an answer ends when the context is full. */
  readonly next: NextToLeave | undefined;
  /** Undefined where nothing of it is on the disk. */
  readonly shared: SharedPieces | undefined;
  /** The types that fit the model, largest first. */
  readonly types: readonly TypeCost[];
}

export interface CachedPart {
  /** `gone`: in the cache still, and no part of the chat any more: it was taken back, or said otherwise. */
  readonly kind: "system" | "user" | "assistant" | "gone";
  /** What was said; empty where it is gone. */
  readonly text: string;
  /** In the cache. The template's marks around a question and its answer count with the question. */
  readonly tokens: number;
  readonly bytes: number;
}

/** Why text that had been read before was read again. */
export type ReuseObstacle =
  /** Nothing of it was in the cache. */
  | "empty"
  /** The cache ended before it. */
  | "not kept"
  | "system prompt changed"
  /** The template shows what was said otherwise than before, or something else is said now. */
  | "text changed"
  /** A cache that slides, or is recurrent, cannot go back to where the texts part. */
  | "cannot go back"
  /** The window moved, and cells of this cache cannot. */
  | "cannot shift";

/** Tokens of a turn's prompt. */
export interface Reuse {
  readonly prompt: number;
  /** Of them in the cache, or brought back from the disk. */
  readonly reused: number;
  /** Of those that were reused, brought back from the disk. */
  readonly restored: number;
  /** Read before this turn, and again on it. */
  readonly again: number;
  /** Why; undefined where nothing was read again. */
  readonly obstacle: ReuseObstacle | undefined;
}

/** What leaves at the least when the window moves; a long question makes more leave. */
export interface NextToLeave {
  readonly tokens: number;
  /** Questions of the turns that leave, whole or in part, oldest first. */
  readonly turns: readonly string[];
  /** Whether only a part of the last of them leaves. */
  readonly isPartial: boolean;
  /** Whether what stays is evaluated again. */
  readonly isReadAgain: boolean;
}

export interface SharedPieces {
  /** Files of this session: blocks of tokens, and a tail or a snapshot. */
  readonly pieces: number;
  readonly bytes: number;
  readonly shared: number;
  readonly sharedBytes: number;
  /** Names of the sessions that share some; those that share most first. */
  readonly sessions: readonly string[];
}

/** Both K and V of one type. */
export interface TypeCost {
  readonly type: KvType;
  /** Allocated for the whole context. */
  readonly bytes: number;
}
