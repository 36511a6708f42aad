// Where an answer stands among the tokens of a cache: by the tokens that the model generated.
import { rangeLength, type TokenRange } from "../cache/ranges.ts";
import type { GeneratedAnswer } from "./template-contents.ts";

/**
 * In the range of its turn in `whole`, where it stands there last; undefined where it does not. The last token of an answer that was
 * cut off was never evaluated, unless another turn follows.
 */
export function placeOfAnswer(
  { tokens }: GeneratedAnswer,
  whole: readonly number[],
  turn: TokenRange,
): TokenRange | undefined {
  const all = lastPlace(tokens, whole, turn);
  if (all && (turn.end < whole.length || all.end === turn.end)) return all;
  const known = lastPlace(tokens.slice(0, -1), whole, turn);
  return known && all && rangeLength(known) > 0 && all.start === known.start ? all : known;
}

function lastPlace(tokens: readonly number[], whole: readonly number[], { start, end }: TokenRange) {
  for (let at = end - tokens.length; at >= start; at--) {
    if (tokens.every((token, index) => whole[at + index] === token)) return { start: at, end: at + tokens.length };
  }
  return undefined;
}
