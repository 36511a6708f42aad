// What the store keeps, as its callers see it: sessions, their messages as a tree, and what the cache layer adds.
import type { StopReason } from "../events.ts";
import type { ConversationSettings } from "../settings.ts";
import type { GeneratedAnswer } from "../template-contents.ts";

/** Settings that a session goes on with: those of the conversation that have no place of their own in the session. */
export type SessionSettings = Partial<
  Omit<ConversationSettings, "modelPath" | "modelName" | "systemPrompt" | "seed" | "onNativeLog">
>;

/** What a session was begun with; all of it can be changed by a later run. */
export interface SessionFacts {
  /** The model's name as the user knows it. */
  readonly model: string;
  /** Absolute path of the GGUF file; empty where a session was imported. */
  readonly modelPath: string;
  /** What the KV cache depends on, as the cache layer names it; empty where nothing was computed yet. */
  readonly fingerprint: Readonly<Record<string, string>>;
  readonly settings: SessionSettings;
  readonly systemPrompt: string;
  readonly seed: number;
}

export interface SessionRecord extends SessionFacts {
  /** Eight hexadecimal digits. Never used again for another session. */
  readonly id: string;
  /** Unique; for people. Never a path. */
  readonly name: string;
  /** Milliseconds since 1970, like all times here. */
  readonly created: number;
  /** When something was last said, renamed or set. */
  readonly updated: number;
  /** The last message of the current branch; null before the first turn, and after all was taken back. */
  readonly leaf: number | null;
  readonly forkedFrom: { readonly id: string; readonly turn: number } | null;
}

/** One line of a list of sessions. */
export interface SessionSummary {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  /** Questions on the current branch. */
  readonly turns: number;
  /** Messages on the current branch. */
  readonly messages: number;
  /** The beginning of the last message, on one line. */
  readonly excerpt: string;
  readonly created: number;
  readonly updated: number;
}

/** A message without its place. User and assistant take turns: the parent of one is always the other. */
export interface MessageContent {
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly thinking: string;
  /** `partial`: the process ended while the answer came. A stopped answer is complete, its reason `interrupted`. */
  readonly state: "complete" | "partial";
  /** Why an answer ended; null for questions, unfinished and imported answers. */
  readonly stopReason: StopReason | null;
  readonly generated?: GeneratedAnswer;
  /** True while the message is outside of the session's window. */
  readonly evicted: boolean;
  readonly created: number;
  readonly updated: number;
}

export interface MessageRecord extends MessageContent {
  /** Later messages have greater ids. */
  readonly id: number;
  readonly parent: number | null;
}

export interface BranchMessage extends MessageRecord {
  /** The messages with the same parent, this one among them, in the order of their making. */
  readonly siblings: readonly number[];
  /** Where in `siblings` this message is, from 0. */
  readonly siblingIndex: number;
}

/** A session and its current branch, first message first. */
export interface LoadedSession {
  readonly session: SessionRecord;
  readonly messages: readonly BranchMessage[];
}

/** A session and all of its messages, parents before children. */
export interface SessionTree {
  readonly session: SessionRecord;
  readonly messages: readonly MessageRecord[];
}

/** What the cache layer keeps with a session; the store does not look inside. */
export interface KvRecord {
  /** JSON. */
  readonly record: string;
  readonly tokens: ArrayLike<number>;
  /** Names of files; undefined in what schema 1 kept. */
  readonly pieces?: string;
  /** The same in short, which a list of all sessions reads; undefined in what schemas 1 and 2 kept. */
  readonly marks?: Uint8Array;
}

/** A session's, among those of all. */
export interface StoredKv extends KvRecord {
  /** The session's id, and its name. */
  readonly session: string;
  readonly name: string;
}

export interface StoredMarks extends Pick<KvRecord, "marks"> {
  readonly session: string;
}

/** A message that a search found. */
export interface SearchHit {
  readonly session: string;
  readonly name: string;
  readonly message: number;
  readonly role: MessageRecord["role"];
  /** The line with the hit, as it was written. */
  readonly line: string;
  readonly created: number;
}
