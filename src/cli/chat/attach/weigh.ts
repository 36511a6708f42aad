// What a message with files comes to: how many tokens each has, and in which words that is told before it is sent.
import type { Conversation } from "../../../session/conversation-api.ts";
import { bytes, count, plural } from "../panels/amounts.ts";
import { printable } from "../printable.ts";
import { countTokens } from "./count-tokens.ts";
import type { Reading } from "./read-mention.ts";

export type AttachedReading = Reading & { kind: "attached" };

/** One line for the user. */
export interface AttachmentNote {
  readonly name: string;
  readonly words: string;
  readonly isProblem: boolean;
  /** Undefined where they are not counted. */
  readonly tokens?: number;
}

/** Of a large file, of which only the beginning was read, about as many. */
export async function tokensOf(reading: AttachedReading, conversation: Conversation): Promise<number> {
  const { text } = reading.attached;
  const tokens = await countTokens(text, (piece) => conversation.countTokens(piece));
  return reading.isWhole ? tokens : Math.round((tokens * reading.bytes) / Buffer.byteLength(text));
}

/** `tokens` is undefined while they are not counted yet. Undefined for what is no attachment. */
export function noteOf(reading: Reading, tokens?: number, contextSize?: number): AttachmentNote | undefined {
  if (reading.kind === "text") return undefined;
  const name = shownName(reading.name);
  if (reading.kind === "missing") return { name, words: "there is no such file; it stays text", isProblem: true };
  if (reading.kind === "refused") return { name, words: `cannot be attached: ${reading.why}`, isProblem: true };
  const size = bytes(reading.bytes);
  if (tokens === undefined) return { name, words: size, isProblem: false };
  const amount = `${size}, ${reading.isWhole ? "" : "about "}${plural(tokens, "token")}`;
  const isTooMuch = contextSize !== undefined && tokens >= contextSize;
  return { name, words: isTooMuch ? `${amount}: ${contextHolds(contextSize)}` : amount, isProblem: isTooMuch, tokens };
}

export function contextHolds(contextSize: number): string {
  return `the context holds ${count(contextSize)}`;
}

export function shownName(name: string): string {
  return printable(name).replaceAll("\n", "␊");
}
