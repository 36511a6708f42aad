// A turn of a chat: a question and one answer to it. Another answer, or another question in its place, makes another turn beside it.
import type { StopReason } from "./events.ts";
import type { KeptMessage, Message } from "./said.ts";
import type { AnswerSoFar } from "./store/answer-draft.ts";
import type { GeneratedAnswer, TemplateMessage } from "./template-contents.ts";

export interface Turn {
  /** The same object in all turns that answer the same question. */
  readonly user: TemplateMessage;
  readonly parent: Turn | undefined;
  /** What was said next, in all versions, oldest first. */
  readonly next: Turn[];
  /** Undefined until it comes, and for a question that a process left unanswered when it ended. */
  answer: TemplateMessage | undefined;
  evicted: boolean;
  /** Why the answer ended; undefined where that is not known. */
  stopReason?: StopReason;
  /** Ids of the two messages in the store of sessions, where they are kept. */
  question?: number;
  reply?: number;
  /** Greater in turns that were answered later. */
  order: number;
}

export function newTurn(user: TemplateMessage, parent: Turn | undefined): Turn {
  return { user, parent, next: [], answer: undefined, evicted: false, order: 0 };
}

/** From the first turn to this one. */
export function pathTo(turn: Turn | undefined): Turn[] {
  const path: Turn[] = [];
  for (let at = turn; at; at = at.parent) path.push(at);
  return path.reverse();
}

/** The turn that was answered last among this one and all that follow it. */
export function newestUnder(turn: Turn): Turn {
  let newest = turn;
  const open = [turn];
  for (let at = open.pop(); at; at = open.pop()) {
    if (at.answer && at.order > newest.order) newest = at;
    open.push(...at.next);
  }
  return newest;
}

/** What there is of an answer that did not end by itself, as the model wrote it; undefined for one that ended, or is not known so. */
export function unfinishedAnswer({ answer, stopReason = "stop" }: Turn): GeneratedAnswer | undefined {
  return stopReason === "stop" ? undefined : answer?.generated;
}

export function answerMessage(answer: AnswerSoFar): TemplateMessage {
  return { role: "assistant", ...answer };
}

export function newMessage(role: TemplateMessage["role"], content: string): TemplateMessage {
  return { role, content, thinking: "" };
}

export function shownMessages({ user, answer, evicted }: Turn): Message[] {
  return [user, answer].flatMap((said) =>
    said ? [{ role: said.role, content: said.content, thinking: said.thinking, evicted }] : [],
  );
}

export function keptMessages({ user, answer, evicted, stopReason }: Turn): KeptMessage[] {
  const kept = { evicted, state: "complete" } as const;
  const question = { ...kept, role: "user", content: user.content, thinking: "", stopReason: null } as const;
  if (!answer) return [question];
  return [
    question,
    { ...kept, role: "assistant", content: answer.content, thinking: answer.thinking, stopReason: stopReason ?? null },
  ];
}
