// How much of a chat needs no evaluation after a resume: what was said, against what of the kept cache is here again.
import { commonPrefixLength } from "../cache/prefix.ts";
import type { Token } from "./engine/engine.ts";

export interface Taken {
  /** Tokens of the chat up to the end of its last answer. */
  readonly said: readonly Token[];
  /** Tokens that the kept cache held. */
  readonly held: readonly Token[];
  /** Tokens inside of turns that are out of the window: `said` has them, `held` does not. */
  readonly erased: number;
  /** The first so many of `held` are in the cache again. */
  readonly restored: number;
}

/** `isOther`: the chat is rendered otherwise than it was kept, as by templates that drop what was thought before older answers. */
export function countReused({ said, held, erased, restored }: Taken): {
  reused: number;
  again: number;
  isOther: boolean;
} {
  const wanted = said.length - erased;
  const shared = erased > 0 ? Math.min(held.length, wanted) : commonPrefixLength(said, held);
  const reused = Math.min(restored, shared);
  // The last token of an answer may never have been evaluated.
  const again = wanted - reused > 1 ? wanted - reused : 0;
  return { reused, again, isOther: shared < Math.min(held.length, wanted) };
}
