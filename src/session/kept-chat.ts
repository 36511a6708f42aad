// The session that a running chat is kept in: given a name, left for a copy, or for another one that its engine can go on with.
import type { ChatSessions } from "./conversation-api.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import { quoted } from "./models/quoted.ts";
import type { Recorder } from "./recorder.ts";
import { shellWord } from "./shell-word.ts";
import type { LoadedSession, SessionFacts, SessionSettings, SessionSummary } from "./store/session-record.ts";

export interface KeptChatOptions {
  readonly recorder: Recorder;
  /** Resolves when the session has all of its cache. */
  readonly kept: () => Promise<void>;
  /** The same messages under other ids: the cache stays. */
  readonly renumber: (copy: LoadedSession) => void;
  /** Other messages, and their cache. */
  readonly resume: (session: LoadedSession) => Promise<void>;
}

/** What an engine is loaded with, in words. */
const loadedWith: Partial<Record<keyof SessionSettings, string>> = {
  ctxSize: "context size",
  cacheTypeK: "type of K",
  cacheTypeV: "type of V",
  flashAttention: "flash attention",
  swaFull: "sliding window",
  window: "window policy",
  keep: "first tokens to keep",
};

export class KeptChat implements ChatSessions {
  readonly #options: KeptChatOptions;

  constructor(options: KeptChatOptions) {
    this.#options = options;
  }

  list(): readonly SessionSummary[] {
    return this.#options.recorder.store.list();
  }

  readonly endOf: ChatSessions["endOf"] = (id) => this.#options.recorder.store.end(id);

  rename(name: string): void {
    this.#options.recorder.rename(name);
  }

  async fork(name?: string): Promise<void> {
    const { recorder, kept, renumber } = this.#options;
    if (!recorder.session) {
      throw new KvchatError("There is nothing to fork yet.", {
        hint: "Say something first.",
        exitCode: ExitCode.usage,
      });
    }
    await kept();
    renumber(recorder.goOver(recorder.store.fork(recorder.session.id, { name }).id));
  }

  async goOver(nameOrId: string, { asCopy = false } = {}): Promise<LoadedSession["messages"]> {
    const { recorder, kept, resume } = this.#options;
    const session = recorder.store.find(nameOrId);
    if (session.id === recorder.session?.id) {
      throw new KvchatError(`This chat is ${quoted(session.name)}.`, { hint: "/sessions lists the others." });
    }
    const loaded = recorder.facts;
    refuseOther(session, loaded);
    await kept();
    const id = asCopy ? recorder.store.fork(session.id).id : session.id;
    const { messages } = await this.#open(id, loaded, resume);
    return messages;
  }

  async #open(id: string, loaded: SessionFacts, resume: KeptChatOptions["resume"]): Promise<LoadedSession> {
    const { recorder } = this.#options;
    const session = recorder.goOver(id);
    await resume(session);
    const { model, modelPath, fingerprint, settings } = loaded;
    recorder.changed({ model, modelPath, fingerprint, settings: { ...settings, ...session.session.settings } });
    return session;
  }
}

/** One that was imported names no model and no settings, and goes on with any. */
function refuseOther(session: SessionFacts & { name: string }, loaded: SessionFacts): void {
  if (session.model === "") return;
  const hint = `Leave this chat, and open it: kvchat run --resume ${shellWord(session.name)}`;
  if (session.modelPath !== loaded.modelPath && session.model !== loaded.model) {
    throw new KvchatError(`The session ${quoted(session.name)} is with ${session.model}, not with ${loaded.model}.`, {
      hint,
    });
  }
  const other = (Object.keys(loadedWith) as (keyof SessionSettings)[]).find(
    (key) => session.settings[key] !== loaded.settings[key],
  );
  if (other === undefined) return;
  throw new KvchatError(
    `The session ${quoted(session.name)} has another ${loadedWith[other]}: ${session.settings[other] ?? "the default"}.`,
    { hint },
  );
}
