// The session that a running chat is kept in: given a name, left for a copy, or for another one that its engine can go on with.
import { existsSync } from "node:fs";
import type { ChatSessions, EngineNeeds, TakenSession } from "./conversation-api.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import { linesWith } from "./lines-with.ts";
import { quoted } from "./models/quoted.ts";
import { Recorder } from "./recorder.ts";
import { shellWord } from "./shell-word.ts";
import type {
  LoadedSession,
  SessionFacts,
  SessionRecord,
  SessionSettings,
  SessionSummary,
} from "./store/session-record.ts";

export interface KeptChatOptions {
  readonly recorder: Recorder;
  /** Resolves when the session has all of its cache. */
  readonly kept: () => Promise<void>;
  /** The same messages under other ids: the cache stays. */
  readonly renumber: (copy: LoadedSession) => void;
  /** No messages, and what of the cache is of use to them. */
  readonly beginAnew: () => Promise<void>;
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
  keep: "first tokens to keep",
};

/** What a session that does not say otherwise leaves to the model. */
const unset = {
  ctxSize: undefined,
  temp: undefined,
  topK: undefined,
  topP: undefined,
  minP: undefined,
  repeatPenalty: undefined,
} as const;

export class KeptChat implements ChatSessions {
  readonly #options: KeptChatOptions;

  constructor(options: KeptChatOptions) {
    this.#options = options;
  }

  list(): readonly SessionSummary[] {
    return this.#options.recorder.store.list();
  }

  readonly endOf: ChatSessions["endOf"] = (id) => this.#options.recorder.store.end(id);

  linesWith(text: string): ReadonlyMap<string, string> {
    return linesWith(this.#options.recorder.store, text);
  }

  rename(name: string): void {
    this.#options.recorder.rename(name);
  }

  async begin(name?: string): Promise<void> {
    const { recorder, kept, beginAnew } = this.#options;
    await kept();
    recorder.beginAnew(name);
    await beginAnew();
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
    const needs = needsOf(session, loaded);
    if (needs) {
      throw new KvchatError(`The session ${quoted(session.name)} needs ${needs.words}.`, { hint: howToOpen(session) });
    }
    await kept();
    const id = asCopy ? recorder.store.fork(session.id).id : session.id;
    const { messages } = await this.#open(id, loaded, resume);
    return messages;
  }

  needsOf(nameOrId: string): EngineNeeds | undefined {
    const { store, facts } = this.#options.recorder;
    const session = store.find(nameOrId);
    const needs = needsOf(session, facts);
    if (needs?.settings.modelPath && !existsSync(needs.settings.modelPath)) {
      throw new KvchatError(
        `The session ${quoted(session.name)} is with ${session.model}, which is not here any more.`,
        {
          hint: howToOpen(session),
        },
      );
    }
    return needs;
  }

  take(nameOrId: string, { asCopy = false } = {}): TakenSession {
    const { store } = this.#options.recorder;
    const { id } = store.find(nameOrId);
    const session = store.load(asCopy ? store.fork(id).id : id);
    return { session, recorder: new Recorder({ store, session: session.session, begin: session.session }) };
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
function needsOf(session: SessionRecord, loaded: SessionFacts): EngineNeeds | undefined {
  const { model, modelPath, settings, systemPrompt, seed } = session;
  if (model === "") return undefined;
  const isOther = modelPath !== loaded.modelPath && model !== loaded.model;
  const different = (Object.keys(loadedWith) as (keyof SessionSettings)[]).filter(
    (key) => settings[key] !== loaded.settings[key],
  );
  if (!isOther && different.length === 0) return undefined;
  const words = different.map((key) =>
    settings[key] === undefined ? `the default ${loadedWith[key]}` : `${loadedWith[key]} ${settings[key]}`,
  );
  return {
    words: [...(isOther ? [model] : []), ...words].join(", "),
    settings: { ...unset, ...settings, systemPrompt, seed, ...(isOther && { modelName: model, modelPath }) },
  };
}

function howToOpen({ name }: SessionSummary | SessionRecord): string {
  return `Leave this chat, and open it: kvchat run --resume ${shellWord(name)}`;
}
