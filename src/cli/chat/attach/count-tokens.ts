// Counts the tokens of a long text in pieces, so that keys are heard in between.
import { setImmediate as nextRound } from "node:timers/promises";

/** A few milliseconds of work. */
const pieceCharacters = 8_000;

/** Pieces end at a blank where there is one: the sum is what the whole has, or a few tokens more. */
export async function countTokens(text: string, count: (piece: string) => number): Promise<number> {
  let tokens = 0;
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    tokens += count(text.slice(start, end));
    start = end;
    if (start < text.length) await nextRound();
  }
  return tokens;
}

function pieceEnd(text: string, start: number): number {
  const end = start + pieceCharacters;
  if (end >= text.length) return text.length;
  const blank = Math.max(text.lastIndexOf("\n", end), text.lastIndexOf(" ", end));
  if (blank > start) return blank;
  return /[\udc00-\udfff]/.test(text[end] ?? "") ? end + 1 : end;
}
