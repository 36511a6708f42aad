// Messages as people see them, and the places where more than one thing was said.
import type { BranchMessage, MessageContent } from "./store/session-record.ts";

export type Role = "system" | "user" | "assistant";

export interface Message {
  readonly role: Role;
  readonly content: string;
  /** What the model thought before it answered; empty for most models and all other roles. */
  readonly thinking: string;
  /** True once the message has left the window: it is in the transcript, the model no longer sees it. */
  readonly evicted: boolean;
}

/** A message as it is kept: also how an answer ended, and what else was said in its place. */
export type KeptMessage = Pick<MessageContent, "role" | "content" | "thinking" | "evicted" | "state" | "stopReason"> &
  Partial<Pick<BranchMessage, "siblings" | "siblingIndex">>;

/** A place where more than one thing was said. */
export interface BranchPoint {
  /** The turn's number, from 1; one more than the chat has where all that followed was taken back. */
  readonly turn: number;
  /** Whether there are several questions, or several answers to the question. */
  readonly role: "user" | "assistant";
  /** Their texts, oldest first. */
  readonly versions: readonly string[];
  /** Which of them stands in the chat, from 0; undefined where none does. */
  readonly current: number | undefined;
}
