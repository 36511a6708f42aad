// What was said in a chat, as a tree of turns, and the branch of it that goes on: what the model is to see, and what people do.
import { restoreTurns } from "./restore-turns.ts";
import type { BranchPoint, Message } from "./said.ts";
import type { MessageRecord } from "./store/session-record.ts";
import type { TemplateMessage } from "./template-contents.ts";
import { newestUnder, newMessage, newTurn, pathTo, shownMessages, type Turn } from "./turn.ts";

export class Transcript {
  systemPrompt: string;
  #first: Turn[] = [];
  #turns: readonly Turn[] = [];
  #answered = 0;

  constructor(systemPrompt: string) {
    this.systemPrompt = systemPrompt;
  }

  /** The first turn, in all versions. */
  get firstTurns(): readonly Turn[] {
    return this.#first;
  }

  /** The current branch, first turn first. */
  get turns(): readonly Turn[] {
    return this.#turns;
  }

  get turnsInWindow(): Turn[] {
    return this.#turns.filter((turn) => !turn.evicted);
  }

  /** What the model is to see: the system prompt and the turns in the window. */
  get prompt(): TemplateMessage[] {
    const spoken = this.turnsInWindow.flatMap(({ user, answer }) => (answer ? [user, answer] : [user]));
    return this.systemPrompt.trim() === "" ? spoken : [newMessage("system", this.systemPrompt), ...spoken];
  }

  get messages(): Message[] {
    return this.#turns.flatMap(shownMessages);
  }

  /** Where something else was said, too, the first place first. */
  get branches(): BranchPoint[] {
    return [...this.#turns, undefined].flatMap((turn, index) => this.#pointsAt(index, turn));
  }

  /**
   * Takes over what was said in an earlier process, with the branch that ends in the message `leaf`. A question without an answer
   * at its end is left out, and returned.
   */
  restore(messages: readonly MessageRecord[], leaf: number | null): string | undefined {
    const { first, end, answered } = restoreTurns(messages, leaf);
    this.#first = first;
    this.#answered = answered;
    this.#turns = pathTo(end?.answer ? end : end?.parent);
    return end?.answer ? undefined : end?.user.content;
  }

  /** The next turn, its answer yet to come. */
  begin(text: string): Turn {
    return this.#add(newTurn(newMessage("user", text), this.#turns.at(-1)));
  }

  /** The last turn once more, its answer yet to come. */
  again(last: Turn): Turn {
    const turn = newTurn(last.user, last.parent);
    // Where it cannot be written at once, its id is known later.
    Object.defineProperty(turn, "question", { get: () => last.question });
    this.#turns = this.#turns.slice(0, -1);
    return this.#add(turn);
  }

  /** This turn is the newest one now. */
  answered(turn: Turn): void {
    turn.order = ++this.#answered;
    const versions = this.#after(turn.parent);
    versions.push(...versions.splice(versions.indexOf(turn), 1));
  }

  /** The turn could not be answered: it was never said. The chat ends with `last` again. */
  drop(turn: Turn, last: Turn | undefined): void {
    const versions = this.#after(turn.parent);
    versions.splice(versions.indexOf(turn), 1);
    this.#turns = pathTo(last);
  }

  /** The chat ends with this turn. All else that was said stays beside it. */
  endWith(last: Turn | undefined): void {
    const path = pathTo(last);
    const parting = path.findIndex((turn, index) => turn !== this.#turns[index]);
    const shared = parting < 0 ? path.length : parting;
    // What has left is read again only where nothing of the cache behind it would be of use.
    const isApart = path[shared - 1]?.evicted ?? false;
    for (const turn of path.slice(isApart ? 0 : shared)) turn.evicted = false;
    this.#turns = path;
  }

  /** The end of the branch that goes through this version, as `branches` numbers it; undefined where there is none such. */
  endOf({ turn, role, version }: { turn: number; role: BranchPoint["role"]; version: number }): Turn | undefined {
    const through = this.#versionsAt(turn - 1, role)[version];
    return through?.map(newestUnder).reduce((newest, end) => (end.order > newest.order ? end : newest));
  }

  #add(turn: Turn): Turn {
    this.#after(turn.parent).push(turn);
    this.#turns = [...this.#turns, turn];
    return turn;
  }

  #after(turn: Turn | undefined): Turn[] {
    return turn?.next ?? this.#first;
  }

  #pointsAt(index: number, turn: Turn | undefined): BranchPoint[] {
    return (["user", "assistant"] as const).flatMap((role) => {
      const versions = this.#versionsAt(index, role);
      if (versions.length < (turn ? 2 : 1)) return [];
      const texts = versions.map(([one]) => (role === "user" ? one?.user : one?.answer)?.content ?? "");
      const at = versions.findIndex((turns) => turn !== undefined && turns.includes(turn));
      return [{ turn: index + 1, role, versions: texts, current: at < 0 ? undefined : at }];
    });
  }

  /** The questions at a place, each with the turns that answer it; or the answers to the question of the current branch. */
  #versionsAt(index: number, role: BranchPoint["role"]): Turn[][] {
    const current = this.#turns[index];
    const parent = index === 0 ? undefined : this.#turns[index - 1];
    if (index !== 0 && !parent) return [];
    const turns = this.#after(parent);
    if (role === "assistant") return turns.filter(({ user }) => user === current?.user).map((turn) => [turn]);
    return [...new Set(turns.map(({ user }) => user))].map((user) => turns.filter((turn) => turn.user === user));
  }
}
