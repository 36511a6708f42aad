// The store of sessions: every chat as it happened, in one SQLite file. The text is the truth; KV caches are elsewhere.
import { join } from "node:path";
import { AnswerDraft } from "./answer-draft.ts";
import { checkDatabase, type Finding } from "./check-database.ts";
import type { Database } from "./database.ts";
import { findSession } from "./find-session.ts";
import { type ForkOptions, forkSession } from "./fork-session.ts";
import type { ImportedSession } from "./imported-session.ts";
import { insertImported } from "./insert-imported.ts";
import { deleteKv, isKeyShared, readAllKv, readAllMarks, readKv, readPieces, writeKv } from "./kv-rows.ts";
import {
  deleteMessage,
  insertMessage,
  markEvicted,
  moveLeaf,
  newestUnder,
  readAllMessages,
  readBranch,
  readEnd,
  readLeaf,
} from "./message-rows.ts";
import { openDatabase } from "./open-database.ts";
import { readRecentQuestions } from "./recent-questions.ts";
import { searchMessages } from "./search-messages.ts";
import { isAnyLocked, lockSession, removeSession } from "./session-lock.ts";
import type {
  KvRecord,
  LoadedSession,
  MessageContent,
  SearchHit,
  SessionFacts,
  SessionRecord,
  SessionSummary,
  SessionTree,
  StoredKv,
  StoredMarks,
} from "./session-record.ts";
import {
  changeFacts,
  insertSession,
  listSessions,
  type NewSession,
  readNewest,
  readSession,
  renameSession,
} from "./session-rows.ts";

/**
 * All is synchronous and on disk when it returns. What cannot be done for a reason outside of the program throws a
 * KvchatError, nothing changed: the disk is full, the file is damaged, the session was deleted by another process.
 * Several processes may use one file; who goes on with a session holds its lock (`acquire`) first.
 */
export class SessionStore implements Disposable {
  readonly #db: Database;

  /** Opens `sessions.db` in this folder, `folders().data` for a user; makes both where they lack, for the user alone. */
  constructor(folder: string) {
    this.#db = openDatabase(join(folder, "sessions.db"));
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }

  /** A new session, without messages. Throws for a given name that is taken or no name. */
  create(session: NewSession): SessionRecord {
    return insertSession(this.#db, session);
  }

  /** By name, id, or the beginning of either where one session alone has it. Throws naming the nearest, or all. */
  find(nameOrId: string): SessionRecord {
    return findSession(this.#db, nameOrId);
  }

  /** The session in which something happened last. */
  newest(): SessionRecord | undefined {
    return readNewest(this.#db);
  }

  /** All sessions, newest first. */
  list(): SessionSummary[] {
    return listSessions(this.#db);
  }

  /** A session and its current branch. */
  load(id: string): LoadedSession {
    const session = readSession(this.#db, id);
    return { session, messages: readBranch(this.#db, id, session.leaf) };
  }

  /** What was said last in the current branch of a session: as many messages as a screen has room for. */
  end(id: string, most = 8): Pick<MessageContent, "role" | "content">[] {
    return readEnd(this.#db, id, most);
  }

  /** A session and all of its branches. */
  loadTree(id: string): SessionTree {
    return { session: readSession(this.#db, id), messages: readAllMessages(this.#db, id) };
  }

  rename(id: string, name: string): SessionRecord {
    return renameSession(this.#db, id, name);
  }

  /** Changes what is given: the model, settings, system prompt, seed. `settings` are replaced as a whole. */
  updateSettings(id: string, changes: Partial<SessionFacts>): SessionRecord {
    return changeFacts(this.#db, id, changes);
  }

  /** Deletes the session with all of its messages. Throws while a process has it open. Forks of it stay whole. */
  remove(id: string): void {
    removeSession(this.#db, id);
  }

  /** A new session that begins as this one: rows are copied, no block of the KV cache is. */
  fork(id: string, options: ForkOptions = {}): SessionRecord {
    return forkSession(this.#db, id, options);
  }

  /** Puts in what `importSession` read, under a name of its own: `name`, the one that it had, or one made of its text. */
  import(imported: ImportedSession, { name }: { name?: string } = {}): SessionRecord {
    return insertImported(this.#db, imported, name);
  }

  /** Holds the session for this process, until disposed of. Throws a SessionOpenError naming the process that has it. */
  acquire(id: string): Disposable {
    return lockSession(this.#db, id);
  }

  /** Adds a question and makes it the leaf. A question before it that got no answer becomes a branch of its own. */
  addUser(id: string, text: string): number {
    return this.#db.transaction(() => {
      const leaf = readLeaf(this.#db, id);
      const parent = leaf?.role === "user" ? leaf.parent : (leaf?.id ?? null);
      const now = Date.now();
      const message = insertMessage(this.#db, id, parent, {
        role: "user",
        content: text,
        thinking: "",
        state: "complete",
        stopReason: null,
        evicted: false,
        created: now,
        updated: now,
      });
      moveLeaf(this.#db, id, message);
      return message;
    });
  }

  /** Begins an answer to the question at the leaf; where an answer is the leaf, another one beside it, or in place of one. */
  beginAnswer(id: string, options?: { replaces?: number }): AnswerDraft {
    return new AnswerDraft(this.#db, id, options);
  }

  /** Makes this message the end of the current branch; null: nothing was said yet. What follows it stays as a branch. */
  setLeaf(id: string, message: number | null): void {
    this.#db.transaction(() => {
      readSession(this.#db, id);
      moveLeaf(this.#db, id, message);
    });
  }

  /** Goes over to the branch through this message, to its newest end, and returns that. */
  selectBranch(id: string, message: number): number {
    return this.#db.transaction(() => {
      const leaf = newestUnder(this.#db, id, message);
      moveLeaf(this.#db, id, leaf);
      return leaf;
    });
  }

  /** Takes the leaf back as if it had never been said: a question that could not be answered. */
  dropLeaf(id: string): void {
    this.#db.transaction(() => {
      const leaf = readLeaf(this.#db, id);
      if (!leaf) return;
      moveLeaf(this.#db, id, leaf.parent);
      deleteMessage(this.#db, id, leaf.id);
    });
  }

  /** These messages are outside of the session's window, all others inside. */
  setEvicted(id: string, messages: readonly number[]): void {
    this.#db.transaction(() => markEvicted(this.#db, id, messages), { flush: false });
  }

  /** Keeps what the cache layer needs to find the session's KV cache; undefined forgets it. */
  saveKv(id: string, kv: KvRecord | undefined): void {
    this.#db.transaction(
      () => {
        readSession(this.#db, id);
        if (kv) writeKv(this.#db, id, kv);
        else deleteKv(this.#db, id);
      },
      { flush: false },
    );
  }

  /** Whether the record of a session besides this one names `key`, which has this mark. */
  isKvShared(id: string, key: string, mark: Uint8Array): boolean {
    return isKeyShared(this.#db, id, key, mark);
  }

  loadKv(id: string): KvRecord | undefined {
    return readKv(this.#db, id);
  }

  /** The names of the cache's files alone; undefined where there are none. */
  loadPieces(id: string): string | undefined {
    return readPieces(this.#db, id);
  }

  /** What is kept of the caches of all sessions. */
  allKv(): StoredKv[] {
    return readAllKv(this.#db);
  }

  /** Of that no more than the marks, which takes a hundredth of the time. */
  allMarks(): StoredMarks[] {
    return readAllMarks(this.#db);
  }

  /** Whether any process has a session open. */
  isAnyOpen(): boolean {
    return isAnyLocked(this.#db);
  }

  /** Checks the database, and repairs what can be. */
  check(): Finding[] {
    return checkDatabase(this.#db);
  }

  /** What was said lately in all sessions, oldest first, each text once. */
  recentQuestions({ limit = 1000 }: { limit?: number } = {}): string[] {
    return readRecentQuestions(this.#db, limit);
  }

  /** Messages that hold every word of `text`, of any branch, newest first. */
  search(text: string, { limit = 100 }: { limit?: number } = {}): SearchHit[] {
    return searchMessages(this.#db, text, limit);
  }
}
