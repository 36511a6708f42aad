// What stands in the cache, message by message: from the ledger, which knows where turns begin, and the tokens that the model
// generated. Pure.
import { clip, type TokenRange, totalLength } from "../cache/ranges.ts";
import type { CachedPart } from "./cache-report.ts";
import type { Token } from "./engine/engine.ts";
import { placeOfAnswer } from "./place-of-answer.ts";
import type { GeneratedAnswer } from "./template-contents.ts";
import type { Ledger } from "./token-window.ts";

export interface SaidTurn {
  readonly user: { readonly content: string };
  readonly answer: { readonly content: string; readonly generated?: GeneratedAnswer } | undefined;
}

export interface ReportedChat {
  /** Of the head in the cache. */
  readonly systemPrompt: string;
  /** The turns of the ledger, as they were said. */
  readonly told: readonly SaidTurn[];
  /** The turns of the chat that are in the window now. */
  readonly now: readonly SaidTurn[];
}

export interface Measures {
  /** Tokens of a text that the model did not write. */
  readonly count: (text: string) => number;
  /** Bytes that the last so many tokens of the cache take. */
  readonly heldBytes: (tokens: number) => number;
}

/** In the order of the cache. Their tokens and bytes sum to those of the cache. */
export function cachedParts(
  ledger: Ledger,
  { systemPrompt, told, now }: ReportedChat,
  measures: Measures,
): CachedPart[] {
  const { head, turns, whole, cached } = ledger;
  const inCache = (range: TokenRange) => tokensInCache(ledger, range);
  const same = told.findIndex((turn, index) => !isSame(turn, now[index]));
  const known = Math.min(turns.length, same < 0 ? told.length : same);
  const parts: Omit<CachedPart, "bytes">[] = [
    { kind: "system", text: systemPrompt, tokens: inCache({ start: 0, end: turns[0] ?? head }) },
  ];
  for (let index = 0; index < known; index++) {
    const { user, answer } = told[index] as SaidTurn;
    const range = { start: turns[index] as number, end: turns[index + 1] ?? whole.length };
    const tokens = inCache(range);
    const answered = answer ? Math.min(tokens, inCache(findAnswer(whole, range, answer, measures))) : 0;
    parts.push({ kind: "user", text: user.content, tokens: tokens - answered });
    if (answer) parts.push({ kind: "assistant", text: answer.content, tokens: answered });
  }
  const rest = cached - parts.reduce((sum, { tokens }) => sum + tokens, 0);
  if (rest > 0) parts.push({ kind: "gone", text: "", tokens: rest });
  return withBytes(parts, cached, measures);
}

/** Turns are made anew as objects when a chat is copied: what was said tells. */
function isSame(told: SaidTurn, now: SaidTurn | undefined): boolean {
  return now !== undefined && told.user.content === now.user.content && told.answer?.content === now.answer?.content;
}

function tokensInCache({ erased, cached }: Ledger, { start, end }: TokenRange): number {
  const kept = (position: number) => Math.min(cached, position - totalLength(clip(erased, 0, position)));
  return kept(end) - kept(start);
}

/** Where a template shows an older answer otherwise than it was generated, its end and its length are an estimate. */
function findAnswer(
  whole: readonly Token[],
  turn: TokenRange,
  { content, generated }: NonNullable<SaidTurn["answer"]>,
  { count }: Measures,
): TokenRange {
  const found = generated && placeOfAnswer(generated, whole, turn);
  return found ?? { start: Math.max(turn.start, turn.end - count(content)), end: turn.end };
}

/** Counted from the end of the cache: layers that slide hold the last tokens alone. */
function withBytes(parts: readonly Omit<CachedPart, "bytes">[], cached: number, { heldBytes }: Measures): CachedPart[] {
  let behind = cached;
  return parts.map((part) => {
    const from = behind;
    behind -= part.tokens;
    return { ...part, bytes: heldBytes(from) - heldBytes(behind) };
  });
}
