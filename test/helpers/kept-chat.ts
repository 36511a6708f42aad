// Chats that are kept, as `kvchat run` keeps them: a data folder, a cache folder, and what one process after the other says.
import { join } from "node:path";
import type { Conversation } from "../../src/session/conversation-api.ts";
import type { ConversationEvent } from "../../src/session/events.ts";
import { openConversation } from "../../src/session/open-conversation.ts";
import { Recorder } from "../../src/session/recorder.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { type Changes, testSettings } from "./conversation.ts";
import { facts } from "./store-facts.ts";

export interface KeptChatOptions {
  /** Data and cache lie in it. */
  readonly folder: string;
  readonly name: string;
  readonly modelPath: string;
  readonly settings?: Changes;
  readonly onEvent?: (event: ConversationEvent) => void;
  readonly signal?: AbortSignal;
}

/** The session of this name, begun where it is not there. Disposing of it ends the process, as it were. */
export async function openKeptChat(options: KeptChatOptions): Promise<Conversation> {
  const { folder, name, modelPath, settings, onEvent, signal } = options;
  const store = new SessionStore(join(folder, "data"));
  const known = store.list().find((session) => session.name === name);
  const session = known && store.load(known.id);
  const recorder = new Recorder({ store, session: session?.session, begin: { ...facts, name } });
  const persistence = { recorder, session, cacheDir: join(folder, "cache"), engine: "test" };
  return openConversation(testSettings(modelPath, settings), { persistence, onEvent, signal });
}

/** `kvchat sessions fork`. */
export function forkSession({ folder, name }: KeptChatOptions, as: string, atTurn?: number): void {
  using store = new SessionStore(join(folder, "data"));
  store.fork(store.find(name).id, { name: as, atTurn });
}
