// What a user interface sees of a conversation: a few verbs, one event stream, and the state of its KV cache.
import type { CacheCost } from "./cache-cost.ts";
import type { CacheReport } from "./cache-report.ts";
import type { ConversationEvent, KvFacts } from "./events.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import type { Reasoning } from "./reasoning-variables.ts";
import type { Recorder } from "./recorder.ts";
import type { BranchPoint, KeptMessage, Message } from "./said.ts";
import type { Sampling } from "./sampling.ts";
import type { ConversationSettings, KvType, WindowPolicyName } from "./settings.ts";
import type { LoadedSession, MessageContent, SessionSummary, SessionTree } from "./store/session-record.ts";
import type { Transcript } from "./transcript.ts";

export type { BranchPoint, KeptMessage, Message } from "./said.ts";
export type { Reasoning, Sampling };

/** The KV cache as it stands, in tokens: `system + turns = used`, `used <= contextSize`. */
export interface CacheUsage {
  contextSize: number;
  used: number;
  /** Tokens of the head that never leaves the window. */
  system: number;
  /** Tokens of the latest turn: the question and what is there of its answer. */
  turn: number;
  /** Tokens that have left the window since the chat began. */
  evicted: number;
  /** Bytes that the tokens in use take; `kv.bytes` are allocated. */
  usedBytes: number;
  kv: KvFacts;
  windowPolicy: WindowPolicyName;
}

/** How a chat that was said in an earlier process goes on here. */
export interface Resumption {
  /** Tokens that need no evaluation: its cache is here again. */
  readonly reused: number;
  /** Tokens that are evaluated once more with the next message. */
  readonly again: number;
  /** Why some are; undefined where none is. */
  readonly reason: string | undefined;
  /** A question whose answer never came. It is no part of the chat any more. */
  readonly unanswered: string | undefined;
}

/** One of the versions of a `BranchPoint`, from 0. */
export type BranchChoice = Pick<BranchPoint, "turn" | "role"> & { readonly version: number };

export interface SelectedBranch {
  /** What is said on it that was not said before. */
  readonly messages: readonly KeptMessage[];
  /** A question at its end that was never answered. It is no part of the chat any more. */
  readonly unanswered: string | undefined;
}

/** The session that a chat is kept in, and those beside it. What cannot be done throws a KvchatError, nothing changed. */
export interface ChatSessions {
  /** Newest first. */
  list(): readonly SessionSummary[];
  /** What was said last in the session of this id. */
  endOf(id: string): readonly Pick<MessageContent, "role" | "content">[];
  /** Of the sessions with a message that has all words of a text, a line of it, by their ids. */
  linesWith(text: string): ReadonlyMap<string, string>;
  /** Names the chat; one of which nothing was said yet is kept from now on. */
  rename(name: string): void;
  /** Begins another chat, run as this one, which stays as it is. Without a name it gets one with its first message. */
  begin(name?: string): Promise<void>;
  /** Goes on in a copy, with the cache as it is. Without a name it is the session's with a number. */
  fork(name?: string): Promise<void>;
  /**
   * Goes over to another session, by name, id or the beginning of one, that the loaded model can go on with; or to a copy of it.
   * Throws a SessionOpenError where another process has it open.
   */
  goOver(nameOrId: string, options?: { asCopy?: boolean }): Promise<readonly KeptMessage[]>;
  /** What another session is run with that the loaded engine is not; undefined: `goOver` does. */
  needsOf(nameOrId: string): EngineNeeds | undefined;
  /** Another session, or a copy of it, held for the conversation that it needs. Throws as `goOver`. */
  take(nameOrId: string, options?: { asCopy?: boolean }): TakenSession;
}

export interface EngineNeeds {
  /** For people: `gemma3-270m`, `context size 512, type of K q8_0`. */
  readonly words: string;
  readonly settings: Partial<ConversationSettings>;
}

export interface TakenSession {
  readonly session: LoadedSession;
  readonly recorder: Recorder;
}

/** What another choice about thinking does. */
export interface ReasoningEffect {
  /** A part of a sentence: what the model's chat template does instead; undefined where it does as it is told. */
  readonly limit: string | undefined;
  /** Tokens of the cache that the template shows otherwise now: they are read again with the next message. */
  readonly again: number;
}

/** A chat to write down. */
export interface SessionSource {
  /** Its current branch. */
  load(): LoadedSession;
  /** All of its branches. */
  loadTree(): SessionTree;
}

/** A chat between two conversations. Disposing of it is for where none goes on with it. */
export interface HandedChat extends Disposable {
  readonly transcript: Transcript;
  readonly recorder: Recorder | undefined;
}

export interface Conversation extends AsyncDisposable {
  /** The model's name as the user knows it: an alias, or the file's name. */
  readonly model: string;
  /** What its file tells; undefined where there is none, in tests. */
  readonly modelFacts: ModelFacts | undefined;
  /** Where it runs: `CPU`, `CUDA`, `Metal` or `Vulkan`. */
  readonly backend: string;
  /** What the user should know before the first turn, a line each: a chat format that was guessed, for example. */
  readonly notices: readonly string[];
  /** The session's name; null before it has one, and for a chat that is not kept. */
  readonly session: string | null;
  /** Undefined for a chat that was not kept before. */
  readonly resumption: Resumption | undefined;
  /** Undefined for a chat that is not kept. */
  readonly sessions: ChatSessions | undefined;
  readonly messages: readonly Message[];
  /** The same with all that a session has, whether the chat is kept or not. */
  readonly source: SessionSource;
  readonly sampling: Readonly<Sampling>;
  readonly systemPrompt: string;
  /** What the model's template shows in its place as long as it is empty; empty where that is nothing. */
  readonly ownSystemPrompt: string;
  readonly reasoning: Reasoning;
  /** Most tokens of one answer, from the next one on; -1: no limit. */
  answerLimit: number;
  usage(): CacheUsage;
  /** How many tokens a text is, without what the template puts around it. */
  countTokens(text: string): number;
  /** More than `usage` tells, counted when it is asked for; between turns. */
  cacheReport(): Promise<CacheReport>;
  /** One turn. Ends in a `done` event; throws a KvchatError for what cannot be answered, the transcript then as before. Aborting keeps the answer so far (`stopReason: "interrupted"`). */
  send(text: string, signal?: AbortSignal): AsyncIterable<ConversationEvent>;
  /** Answers the last user message once more, with the next seed or this one. */
  regenerate(signal?: AbortSignal, seed?: number): AsyncIterable<ConversationEvent>;
  /** Says something in the place of the question of a turn, from 1: `send`, on another branch. */
  edit(turn: number, text: string, signal?: AbortSignal): AsyncIterable<ConversationEvent>;
  /** Where more than one thing was said, the first place first. */
  readonly branches: readonly BranchPoint[];
  /** Goes over to the branch through this version, to its end that was said last. Throws a KvchatError where there is none. */
  selectBranch(choice: BranchChoice): SelectedBranch;
  /** Whether the last answer was stopped, cut off or ended at a limit, and can go on. */
  readonly canContinue: boolean;
  /** Goes on with it, as if it had never stopped. Throws a KvchatError where it cannot. */
  continueAnswer(signal?: AbortSignal): AsyncIterable<ConversationEvent>;
  /** Takes the last turn back; returns the user's text of it, or undefined when there was none. */
  undo(): string | undefined;
  /** Forgets all turns; the system prompt stays. */
  clear(): void;
  setSystemPrompt(text: string): void;
  /** Whether the model thinks before it answers, from the next answer on. */
  setReasoning(reasoning: Reasoning): ReasoningEffect;
  /** Which turns or tokens leave when the context is full, from now on. */
  setWindow(policy: WindowPolicyName): void;
  /** What the cache as it stands would take with other types. Throws a KvchatError for those that do not fit the model. */
  cacheCost(types: { typeK: KvType; typeV: KvType }): CacheCost;
  /** Ends it, all kept, for a conversation with other settings that goes on with the chat. */
  handOver(): Promise<HandedChat>;
  setSampling(changes: Partial<Sampling>): void;
}
