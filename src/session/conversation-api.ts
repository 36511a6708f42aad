// What a user interface sees of a conversation: a few verbs, one event stream, and the state of its KV cache.
import type { ConversationEvent, KvFacts } from "./events.ts";

export type Role = "system" | "user" | "assistant";

export interface Message {
  readonly role: Role;
  readonly content: string;
  /** What the model thought before it answered; empty for most models and all other roles. */
  readonly thinking: string;
  /** True once the message has left the window: it is in the transcript, the model no longer sees it. */
  readonly evicted: boolean;
}

/** How tokens are chosen. `temperature` 0 is greedy. `repeatPenalty` 1 is off. */
export interface Sampling {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  repeatPenalty: number;
  seed: number;
}

/** The KV cache as it stands, in tokens: `system + turns = used`, `used <= contextSize`. */
export interface CacheUsage {
  contextSize: number;
  used: number;
  /** Tokens of the head that never leaves the window. */
  system: number;
  /** Tokens that have left the window since the chat began. */
  evicted: number;
  /** Bytes that the tokens in use take; `kv.bytes` are allocated. */
  usedBytes: number;
  kv: KvFacts;
  windowPolicy: string;
}

export interface Conversation extends AsyncDisposable {
  /** The model's name as the user knows it: an alias, or the file's name. */
  readonly model: string;
  /** Where it runs: `CPU`, `CUDA`, `Metal` or `Vulkan`. */
  readonly backend: string;
  /** What the user should know before the first turn, a line each: a chat format that was guessed, for example. */
  readonly notices: readonly string[];
  readonly messages: readonly Message[];
  readonly sampling: Readonly<Sampling>;
  readonly systemPrompt: string;
  usage(): CacheUsage;
  /** One turn. Ends in a `done` event; throws a KvchatError for what cannot be answered, the transcript then as before. Aborting keeps the answer so far (`stopReason: "interrupted"`). */
  send(text: string, signal?: AbortSignal): AsyncIterable<ConversationEvent>;
  /** Answers the last user message once more, with the next seed. */
  regenerate(signal?: AbortSignal): AsyncIterable<ConversationEvent>;
  /** Takes the last turn back; returns the user's text of it, or undefined when there was none. */
  undo(): string | undefined;
  /** Forgets all turns; the system prompt stays. */
  clear(): void;
  setSystemPrompt(text: string): void;
  setSampling(changes: Partial<Sampling>): void;
}
