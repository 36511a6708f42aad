// An answer while it comes: kept as it grows, so that a process that is killed loses a moment of it at most.
import type { StopReason } from "../events.ts";
import type { GeneratedAnswer } from "../template-contents.ts";
import type { Database } from "./database.ts";
import { deleteMessage, insertMessage, moveLeaf, readLeaf, updateMessage } from "./message-rows.ts";

/** An answer, whole up to here. */
export interface AnswerSoFar {
  readonly content: string;
  readonly thinking: string;
  readonly generated?: GeneratedAnswer;
}

/** Begun by `SessionStore.beginAnswer`. Nothing of it is in the store until it is first saved. */
export class AnswerDraft {
  readonly #db: Database;
  readonly #session: string;
  readonly #leafBefore: number;
  readonly #question: number;
  readonly #created = Date.now();
  readonly #replaces: number | undefined;
  /** Undefined until a transaction that wrote it has ended well. */
  #id: number | undefined;

  /**
   * Answers the question at the end of the current branch; where an answer is there, this becomes another one, or takes the place of
   * the one that it `replaces` and goes on.
   */
  constructor(db: Database, session: string, { replaces }: { replaces?: number } = {}) {
    const leaf = readLeaf(db, session);
    const question = leaf?.role === "assistant" ? leaf.parent : leaf?.id;
    if (!leaf || question == null) throw new Error(`session ${session} has no question to answer`);
    this.#db = db;
    this.#session = session;
    this.#leafBefore = leaf.id;
    this.#question = question;
    this.#replaces = replaces;
  }

  /** Keeps what has come; about once a second is often enough. The answer is `partial`, and the session's leaf. */
  save(answer: AnswerSoFar): void {
    this.#id = this.#db.transaction(() => this.#write(answer, null), { flush: false });
  }

  /** Keeps the whole answer, also one that was interrupted. Returns the message's id. */
  finish(answer: AnswerSoFar, stopReason: StopReason): number {
    this.#id = this.#db.transaction(() => this.#write(answer, stopReason));
    return this.#id;
  }

  /** Forgets what was kept; the leaf is again what it was before. */
  discard(): void {
    this.#db.transaction(() => {
      if (this.#id === undefined) return;
      moveLeaf(this.#db, this.#session, this.#leafBefore);
      deleteMessage(this.#db, this.#session, this.#id);
    });
    this.#id = undefined;
  }

  #write({ content, thinking, generated }: AnswerSoFar, stopReason: StopReason | null): number {
    const message = {
      role: "assistant",
      content,
      thinking,
      generated,
      state: stopReason === null ? "partial" : "complete",
      stopReason,
      evicted: false,
      created: this.#created,
      updated: Date.now(),
    } as const;
    const id = this.#id ?? insertMessage(this.#db, this.#session, this.#question, message);
    if (id === this.#id) updateMessage(this.#db, id, message);
    moveLeaf(this.#db, this.#session, id);
    if (this.#replaces !== undefined) deleteMessage(this.#db, this.#session, this.#replaces);
    return id;
  }
}
