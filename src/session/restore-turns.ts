// From the messages of a session to the tree of its turns.
import type { MessageRecord } from "./store/session-record.ts";
import { newMessage, newTurn, type Turn } from "./turn.ts";

export interface RestoredTurns {
  /** The first turn, in all versions. */
  readonly first: Turn[];
  /** The turn that `leaf` belongs to; without an answer where that is a question. */
  readonly end: Turn | undefined;
  /** The greatest `order` of all turns. */
  readonly answered: number;
}

/** `messages`: parents before children. A question with several answers makes several turns. */
export function restoreTurns(messages: readonly MessageRecord[], leaf: number | null): RestoredTurns {
  const first: Turn[] = [];
  /** The turn of each message; of a question its first one. */
  const turns = new Map<number | null, Turn>();
  let answered = 0;
  const add = (turn: Turn): Turn => {
    (turn.parent?.next ?? first).push(turn);
    return turn;
  };
  for (const message of messages) {
    if (message.role === "user") {
      const turn = newTurn(newMessage("user", message.content), turns.get(message.parent));
      turns.set(message.id, add(Object.assign(turn, { evicted: message.evicted, question: message.id })));
      continue;
    }
    const asked = turns.get(message.parent);
    if (!asked) continue;
    const turn = asked.answer ? add({ ...newTurn(asked.user, asked.parent), question: asked.question }) : asked;
    turns.set(message.id, takeAnswer(turn, message, ++answered));
  }
  return { first, end: leaf === null ? undefined : turns.get(leaf), answered };
}

function takeAnswer(turn: Turn, message: MessageRecord, order: number): Turn {
  const { id, content, thinking, generated, evicted, state, stopReason } = message;
  return Object.assign(turn, {
    answer: { role: "assistant", content, thinking, generated },
    stopReason: state === "partial" ? "interrupted" : (stopReason ?? undefined),
    reply: id,
    evicted,
    order,
  } satisfies Partial<Turn>);
}
