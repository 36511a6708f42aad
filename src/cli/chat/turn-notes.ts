// The notes that the chat adds to a turn: what left the window, and why an answer ended.
import { withoutAttachments } from "../../session/attachments.ts";
import type { KeptMessage } from "../../session/conversation-api.ts";
import type { TurnResult } from "../../session/events.ts";
import { printable } from "./printable.ts";

/** One line of text that says what has left the window, and up to where. */
export function evictionNote(event: { tokens: number; turns: number }, upTo?: string): string {
  const tokens = `${event.tokens.toLocaleString("en")} ${event.tokens === 1 ? "token" : "tokens"}`;
  const what = event.turns === 0 ? tokens : `${countTurns(event.turns)} (${tokens})`;
  const where = upTo === undefined ? "" : `, up to “${excerpt(upTo)}”`;
  return `${what} left the window${where}; the system prompt stays`;
}

/** Undefined for an answer that the model ended itself. */
export function endNote({ stopReason, text, thinking, tokens }: TurnResult): string | undefined {
  if (stopReason === "interrupted") return `stopped; ${goesOn}`;
  if (stopReason === "length")
    return `ended at the limit of ${tokens.generated.toLocaleString("en")} tokens; ${goesOn}`;
  if (stopReason === "context") return contextFull;
  return `${text}${thinking}`.trim() === "" ? silent : undefined;
}

/** The same for an answer of an earlier process. The last one of the chat can go on. */
export function keptEndNote(
  { state, stopReason, content, thinking }: KeptMessage,
  isLast: boolean,
): string | undefined {
  const kept = isLast ? goesOn : "what was said is kept";
  if (state === "partial") return `cut off when the process ended; ${kept}`;
  if (stopReason === "interrupted") return `stopped; ${kept}`;
  if (stopReason === "length") return `ended at the limit of tokens${isLast ? `; ${goesOn}` : ""}`;
  if (stopReason === "context") return contextFull;
  return `${content}${thinking}`.trim() === "" ? silent : undefined;
}

/** Of a turn where more was said than is shown. */
export function versionsNote(question: KeptMessage | undefined, answer: KeptMessage): string | undefined {
  const counts = [countOf("question", question), countOf("answer", answer)].filter((count) => count !== undefined);
  return counts.length > 0 ? `${counts.join(", ")}; /branch lists them` : undefined;
}

function countOf(what: string, { siblings = [], siblingIndex = 0 }: Partial<KeptMessage> = {}): string | undefined {
  return siblings.length > 1 ? `${what} ${siblingIndex + 1}/${siblings.length}` : undefined;
}

/** Stands below the last of `turns` that the model no longer sees. */
export function outsideNote(turns: number): string {
  return `${turns === 1 ? "the turn" : `the ${turns} turns`} above left the window: the model no longer sees ${turns === 1 ? "it" : "them"}`;
}

/** The beginning of a message, on one line. */
export function excerpt(text: string): string {
  const line = oneLine(withoutAttachments(text));
  return line.length > 32 ? `${line.slice(0, 31).toWellFormed()}…` : line;
}

export function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, " ").trim();
}

const goesOn = "/continue goes on";
const contextFull = "ended: the context is full";
const silent = "the model had nothing to say";

function countTurns(turns: number): string {
  return `${turns} ${turns === 1 ? "turn" : "turns"}`;
}
