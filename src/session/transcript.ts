// The turns of a chat: what was said, how the model produced it, and which of it has left the window.
import type { Message } from "./conversation-api.ts";
import type { BranchMessage } from "./store/session-record.ts";
import type { GeneratedAnswer, TemplateMessage } from "./template-contents.ts";

export interface Turn {
  readonly user: TemplateMessage;
  answer: TemplateMessage | undefined;
  evicted: boolean;
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
    for (const { id, role, content, thinking, generated, evicted } of messages) {
      const last = this.turns.at(-1);
      if (role === "user") this.turns.push({ user: message(role, content), answer: undefined, evicted, question: id });
      else if (last) Object.assign(last, { answer: { role, content, thinking, generated }, reply: id });
    }
    return this.turns.at(-1)?.answer ? undefined : this.turns.pop()?.user.content;
  }

  begin(text: string): Turn {
    const turn: Turn = { user: message("user", text), answer: undefined, evicted: false };
    this.turns.push(turn);
    return turn;
  }
}

export function answerMessage(content: string, thinking: string, generated: GeneratedAnswer): TemplateMessage {
  return { role: "assistant", content, thinking, generated };
}

function message(role: TemplateMessage["role"], content: string): TemplateMessage {
  return { role, content, thinking: "" };
}
