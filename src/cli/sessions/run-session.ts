// The session of a run: which one, what it brings with it, and the recorder that keeps what is said.
import { existsSync } from "node:fs";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { folders } from "../../session/folders.ts";
import { quoted } from "../../session/models/quoted.ts";
import type { ResolvedModel } from "../../session/models/resolve.ts";
import { Recorder } from "../../session/recorder.ts";
import type { LoadedSession, SessionRecord } from "../../session/store/session-record.ts";
import { SessionStore } from "../../session/store/session-store.ts";
import { createLayer, type Layer } from "../settings/layers.ts";
import type { Arguments } from "../settings/read-flags.ts";
import type { SettingKey } from "../settings/schema.ts";
import type { Asking } from "./ask-for-session.ts";
import { chooseSession, findChosen } from "./choose-session.ts";

/**
 * Undefined where a new chat is not to be kept, "shown" where the user only wanted to read. Throws KvchatError where there is no
 * such session.
 */
export async function openRunSession(
  flags: Arguments["flags"],
  { save, canAsk, ...how }: { save: boolean; canAsk: boolean } & Asking,
): Promise<RunSession | "shown" | undefined> {
  const choice = chooseSession(flags);
  if (choice.kind === "new" && !save) return undefined;
  const store = new SessionStore(folders().data);
  // Loaded only where there is a session to ask about: a new chat begins sooner.
  const asking = () => import("./ask-for-session.ts");
  const pick = canAsk ? async () => (await asking()).pickSession(store, how) : undefined;
  const found = await findChosen(choice, store, pick);
  const free = found && save && canAsk ? await (await asking()).askIfOpen(store, found, how) : found;
  if (free === "shown") return "shown";
  return new RunSession(store, free && store.load(free.id), choice.kind === "named" ? choice.name : undefined);
}

export class RunSession {
  /** What was said so far; undefined for a new session. */
  readonly loaded: LoadedSession | undefined;
  readonly #store: SessionStore;
  /** What `--session` calls it. */
  readonly #name: string | undefined;

  constructor(store: SessionStore, loaded: LoadedSession | undefined, name: string | undefined) {
    this.#store = store;
    this.loaded = loaded;
    this.#name = name;
  }

  /** The model that it goes on with, by its name; where its file has not moved, that file. */
  get model(): { name: string; resolved: ResolvedModel | undefined } | undefined {
    const { model, modelPath } = this.loaded?.session ?? { model: "", modelPath: "" };
    if (model === "") return undefined;
    return { name: model, resolved: existsSync(modelPath) ? { name: model, path: modelPath } : undefined };
  }

  /** Its settings as a layer, for those that no flag gives. */
  get layer(): Layer | undefined {
    const { session } = this.loaded ?? {};
    return (
      session && createLayer("session", settingsOf(session), (key) => `${key} of the session ${quoted(session.name)}`)
    );
  }

  /** `--session` cannot give a session another model; `--resume -m` can. Throws KvchatError that says so. */
  requireSameModel(model: ResolvedModel): void {
    const { session } = this.loaded ?? {};
    if (!session || this.#name === undefined || session.model === "") return;
    if (session.model === model.name || session.modelPath === model.path) return;
    throw new KvchatError(`The session ${quoted(session.name)} is with ${session.model}, not with ${model.name}.`, {
      hint: `Leave the model out; or go on with the other one: kvchat run --resume ${session.name} -m ${model.name}`,
      exitCode: ExitCode.usage,
    });
  }

  /** Throws KvchatError where another process has the session open. */
  record(): Recorder {
    const nothing = { model: "", modelPath: "", fingerprint: {}, settings: {}, systemPrompt: "", seed: 0 };
    const begin = { ...nothing, name: this.loaded ? undefined : this.#name };
    return new Recorder({ store: this.#store, session: this.loaded?.session, begin });
  }
}

function settingsOf({ settings, systemPrompt, seed }: SessionRecord): Partial<Record<SettingKey, unknown>> {
  return {
    "ctx-size": settings.ctxSize,
    window: settings.window,
    keep: settings.keep,
    "cache-type-k": settings.cacheTypeK,
    "cache-type-v": settings.cacheTypeV,
    "flash-attn": settings.flashAttention,
    "swa-full": settings.swaFull,
    reasoning: settings.reasoning,
    temp: settings.temp,
    "top-k": settings.topK,
    "top-p": settings.topP,
    "min-p": settings.minP,
    "repeat-penalty": settings.repeatPenalty,
    "system-prompt": systemPrompt,
    seed,
  };
}
