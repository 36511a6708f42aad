// A chat that is kept nowhere, as a session to write down: what a store would give, from memory.
import { nameFromText } from "./store/session-name.ts";
import type { BranchMessage, LoadedSession, MessageRecord, SessionFacts, SessionTree } from "./store/session-record.ts";
import type { Transcript } from "./transcript.ts";
import { keptMessages, type Turn } from "./turn.ts";

export function unkeptTree(transcript: Transcript, facts: SessionFacts): SessionTree {
  const now = Date.now();
  const messages: MessageRecord[] = [];
  /** Ids of the answers of turns, and of questions. */
  const ids = new Map<object, number>();
  const add = (message: Omit<MessageRecord, "id" | "created" | "updated">, of: object): void => {
    const id = messages.length + 1;
    messages.push({ ...message, id, created: now, updated: now });
    ids.set(of, id);
  };
  const open: Turn[] = [...transcript.firstTurns];
  for (let turn = open.shift(); turn; turn = open.shift()) {
    const [question, answer] = keptMessages(turn);
    const parent = (turn.parent && ids.get(turn.parent)) ?? null;
    if (question && !ids.has(turn.user)) add({ ...question, parent }, turn.user);
    if (answer) add({ ...answer, parent: ids.get(turn.user) ?? null, generated: turn.answer?.generated }, turn);
    open.push(...turn.next);
  }
  const last = transcript.turns.at(-1);
  const name = nameFromText(transcript.turns[0]?.user.content ?? "");
  const leaf = (last && ids.get(last)) ?? null;
  const session = { ...facts, id: "", name, created: now, updated: now, leaf, forkedFrom: null };
  return { session, messages };
}

/** The current branch of a tree. */
export function currentBranch({ session, messages }: SessionTree): LoadedSession {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: BranchMessage[] = [];
  for (let at = byId.get(session.leaf ?? 0); at; at = byId.get(at.parent ?? 0)) {
    const { id, parent } = at;
    const siblings = messages.filter((message) => message.parent === parent).map((message) => message.id);
    branch.push({ ...at, siblings, siblingIndex: siblings.indexOf(id) });
  }
  return { session, messages: branch.reverse() };
}
