// The turns of a chat: what was said, how the model produced it, and which of it has left the window.
import type { Message } from "./conversation-api.ts";
import type { StopReason } from "./events.ts";
import type { AnswerSoFar } from "./store/answer-draft.ts";
import type { BranchMessage } from "./store/session-record.ts";
import type { GeneratedAnswer, TemplateMessage } from "./template-contents.ts";

export interface Turn {
  readonly user: TemplateMessage;
  answer: TemplateMessage | undefined;
  evicted: boolean;
  /** Why the answer ended; undefined where that is not known. */
  stopReason?: StopReason;
  /** Ids of the two messages in the store of sessions, where they are kept. */
  question?: number;
  reply?: number;
}

export class Transcript {
  systemPrompt: string;
  readonly turns: Turn[] = [];

  constructor(systemPrompt: string) {
    this.systemPrompt = systemPrompt;
  }

  get turnsInWindow(): Turn[] {
    return this.turns.filter((turn) => !turn.evicted);
  }

  /** What the model is to see: the system prompt and the turns in the window. */
  get prompt(): TemplateMessage[] {
    const spoken = this.turnsInWindow.flatMap(({ user, answer }) => (answer ? [user, answer] : [user]));
    return this.systemPrompt.trim() === "" ? spoken : [message("system", this.systemPrompt), ...spoken];
  }

  get messages(): Message[] {
    return this.turns.flatMap(({ user, answer, evicted }) =>
      [user, answer].flatMap((m) => (m ? [{ role: m.role, content: m.content, thinking: m.thinking, evicted }] : [])),
    );
  }

  /** Takes over what was said in an earlier process. A question without an answer at its end is left out, and returned. */
  restore(messages: readonly BranchMessage[]): string | undefined {
    this.turns.length = 0;
    for (const { id, role, content, thinking, generated, evicted, state, stopReason } of messages) {
      const last = this.turns.at(-1);
      if (role === "user") this.turns.push({ user: message(role, content), answer: undefined, evicted, question: id });
      else if (last) {
        last.answer = { role, content, thinking, generated };
        last.stopReason = state === "partial" ? "interrupted" : (stopReason ?? undefined);
        last.reply = id;
      }
    }
    return this.turns.at(-1)?.answer ? undefined : this.turns.pop()?.user.content;
  }

  begin(text: string): Turn {
    const turn: Turn = { user: message("user", text), answer: undefined, evicted: false };
    this.turns.push(turn);
    return turn;
  }
}

/** What there is of an answer that did not end by itself, as the model wrote it; undefined for one that ended, or is not known so. */
export function unfinishedAnswer({ answer, stopReason = "stop" }: Turn): GeneratedAnswer | undefined {
  return stopReason === "stop" ? undefined : answer?.generated;
}

export function answerMessage(answer: AnswerSoFar): TemplateMessage {
  return { role: "assistant", ...answer };
}

function message(role: TemplateMessage["role"], content: string): TemplateMessage {
  return { role, content, thinking: "" };
}
