// Keeps a conversation in the store as it happens. What cannot be written now (the disk is full) is told once and written
// later, in order; the chat goes on meanwhile.
import { markOf } from "../cache/marks.ts";
import { withoutAttachments } from "./attachments.ts";
import { KvchatError } from "./errors.ts";
import type { StopReason } from "./events.ts";
import type { AnswerDraft, AnswerSoFar } from "./store/answer-draft.ts";
import type { KvRecord, LoadedSession, MessageRecord, SessionFacts, SessionRecord } from "./store/session-record.ts";
import type { SessionStore } from "./store/session-store.ts";
import type { Turn } from "./turn.ts";

export interface RecorderOptions {
  readonly store: SessionStore;
  /** The session to go on with. */
  readonly session?: SessionRecord;
  /** Else what a new one begins with. Without a name it is made from the first question, and not before. */
  readonly begin: SessionFacts & { readonly name?: string };
}

const draftMs = 1000;

export class Recorder implements Disposable {
  readonly #options: RecorderOptions;
  #session: SessionRecord | undefined;
  #lock: Disposable | undefined;
  #draft: AnswerDraft | undefined;
  #draftedAt = 0;
  /** It was begun for a question that has no answer yet. */
  #isUntold = false;
  #backlog: (() => void)[] = [];
  #onProblem: (problem: KvchatError) => void = () => {};

  /** Throws a KvchatError where another process has the session open, or the name is none. */
  constructor(options: RecorderOptions) {
    this.#options = options;
    if (options.session) this.#hold(options.session);
    else if (options.begin.name !== undefined) this.#hold(options.store.create(options.begin));
  }

  get session(): SessionRecord | undefined {
    return this.#session;
  }

  get store(): SessionStore {
    return this.#options.store;
  }

  /** All that was said in the session, parents before children. */
  get messages(): readonly MessageRecord[] | undefined {
    return this.#session && this.store.loadTree(this.#session.id).messages;
  }

  /** What the session was begun with, or will be. */
  get facts(): SessionFacts {
    return this.#session ?? this.#options.begin;
  }

  /** Told when writing begins to fail; again only after it has worked in between. */
  set onProblem(listener: (problem: KvchatError) => void) {
    this.#onProblem = listener;
  }

  asked(turn: Turn): void {
    const text = turn.user.content;
    this.#write(() => {
      if (!this.#session) {
        this.#hold(this.#options.store.create({ ...this.#options.begin, firstMessage: withoutAttachments(text) }));
        this.#isUntold = true;
      }
      turn.question = this.#options.store.addUser(this.#id, text);
    });
  }

  /** The answer up to here; kept about once a second. */
  answering(answer: () => AnswerSoFar): void {
    if (this.#backlog.length > 0 || performance.now() - this.#draftedAt < draftMs) return;
    const { content, thinking } = answer();
    // A question whose answer has not begun is asked once more, should the process end here.
    if (content === "" && thinking === "") return;
    this.#draftedAt = performance.now();
    this.#write(() => this.#openDraft().save(answer()));
  }

  answered(turn: Turn, stopReason: StopReason): void {
    const { answer } = turn;
    if (!answer) return;
    this.#write(() => {
      turn.reply = this.#openDraft().finish(answer, stopReason);
      this.#draft = undefined;
      this.#isUntold = false;
    });
  }

  /** The answer of this turn, the last one, goes on: what comes takes its place. */
  goingOn(turn: Turn): void {
    this.#write(() => {
      this.#draft = this.#options.store.beginAnswer(this.#id, { replaces: turn.reply });
    });
  }

  /** There is no answer: what was kept of it is forgotten, and with `withQuestion` the question and a session begun for it, too. */
  failed({ withQuestion }: { withQuestion: boolean }): void {
    this.#write(() => {
      this.#draft?.discard();
      this.#draft = undefined;
      if (withQuestion && this.#session) this.#options.store.dropLeaf(this.#id);
      if (withQuestion && this.#isUntold) this.#giveUp();
    });
  }

  /** The chat now ends with this turn; undefined: nothing was said yet. What follows it stays in the store as a branch. */
  endsWith(turn: Turn | undefined): void {
    this.#write(() => {
      if (this.#session) this.#options.store.setLeaf(this.#id, turn?.reply ?? turn?.question ?? null);
    });
  }

  evicted(turns: readonly Turn[]): void {
    this.#write(() => {
      const messages = turns.flatMap(({ question, reply }) => [question, reply]).filter((id) => id !== undefined);
      if (this.#session) this.#options.store.setEvicted(this.#id, messages);
    });
  }

  changed(changes: Partial<SessionFacts>): void {
    this.#write(() => {
      if (this.#session) this.#session = this.#options.store.updateSettings(this.#id, changes);
      else Object.assign(this.#options.begin, changes);
    });
  }

  /** Names the session; it begins with it where nothing was said yet. Throws a KvchatError for a name that is taken or none. */
  rename(name: string): void {
    const { store, begin } = this.#options;
    this.#catchUp();
    if (this.#session) this.#session = store.rename(this.#id, name);
    else this.#hold(store.create({ ...begin, name }));
  }

  /** Goes on with another session. Throws a KvchatError, and stays with this one, where another process has that open. */
  goOver(id: string): LoadedSession {
    this.#catchUp();
    const before = this.#lock;
    this.#hold(this.#options.store.load(id).session);
    before?.[Symbol.dispose]();
    return this.#options.store.load(id);
  }

  /** Goes on with a new session, run as this one: it begins now where it is named, else with the next question. Throws as `rename`. */
  beginAnew(name?: string): void {
    this.#catchUp();
    const { store, begin } = this.#options;
    const [before, facts] = [this.#lock, factsOf(this.facts)];
    if (name !== undefined) this.#hold(store.create({ ...facts, name }));
    else {
      // The name was that of the session before.
      Object.assign(begin, facts, { name: undefined });
      this.#session = undefined;
      this.#lock = undefined;
    }
    before?.[Symbol.dispose]();
  }

  /** False where it is to be written later. */
  keepKv(record: KvRecord): boolean {
    this.#write(() => this.#session && this.#options.store.saveKv(this.#id, record));
    return this.#backlog.length === 0;
  }

  /** Whether another session needs what is kept under this key. */
  sharesKv(key: string): boolean {
    return this.#session !== undefined && this.#options.store.isKvShared(this.#session.id, key, markOf(key));
  }

  /** What `keepKv` kept last. */
  get kv(): KvRecord | undefined {
    return this.#session && this.#options.store.loadKv(this.#id);
  }

  [Symbol.dispose](): void {
    this.#write(() => {
      // Another process may have renamed it.
      this.#session &&= this.#options.store.find(this.#session.id);
    });
    this.#lock?.[Symbol.dispose]();
  }

  get #id(): string {
    if (!this.#session) throw new Error("the session has not begun");
    return this.#session.id;
  }

  /** The next question begins one. */
  #giveUp(): void {
    const session = this.#session as SessionRecord;
    Object.assign(this.#options.begin, factsOf(session));
    this.#isUntold = false;
    this.#session = undefined;
    this.#lock?.[Symbol.dispose]();
    this.#options.store.remove(session.id);
  }

  #hold(session: SessionRecord): void {
    this.#lock = this.#options.store.acquire(session.id);
    this.#session = session;
  }

  #openDraft(): AnswerDraft {
    this.#draft ??= this.#options.store.beginAnswer(this.#id);
    return this.#draft;
  }

  #write(step: () => void): void {
    const wasBehind = this.#backlog.length > 0;
    this.#backlog.push(step);
    try {
      this.#catchUp();
    } catch (error) {
      if (!(error instanceof KvchatError)) throw error;
      if (!wasBehind) this.#onProblem(error);
    }
  }

  /** Throws the KvchatError that keeps it from writing. */
  #catchUp(): void {
    for (let next = this.#backlog[0]; next; next = this.#backlog[0]) {
      next();
      this.#backlog.shift();
    }
  }
}

function factsOf({ model, modelPath, fingerprint, settings, systemPrompt, seed }: SessionFacts): SessionFacts {
  return { model, modelPath, fingerprint, settings, systemPrompt, seed };
}
