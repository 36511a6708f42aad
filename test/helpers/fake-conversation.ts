// A conversation that says what a test tells it to, when the test tells it to: the chat's screen is tested on it, quickly and
// the same every time. Answers are queued; `/step` style control is given by `gate`, which each token waits for.

import type { CacheCost } from "../../src/session/cache-cost.ts";
import type { CacheReport } from "../../src/session/cache-report.ts";
import type {
  BranchPoint,
  CacheUsage,
  ChatSessions,
  Conversation,
  HandedChat,
  KeptMessage,
  Message,
  Reasoning,
  ReasoningEffect,
  Resumption,
  Sampling,
  SelectedBranch,
} from "../../src/session/conversation-api.ts";
import { KvchatError } from "../../src/session/errors.ts";
import type { ConversationEvent, StopReason } from "../../src/session/events.ts";
import type { WindowPolicyName } from "../../src/session/settings.ts";
import type { SessionSummary } from "../../src/session/store/session-record.ts";
import { Transcript } from "../../src/session/transcript.ts";

export interface FakeAnswer {
  /** `{said}` in it is what the user said. */
  readonly text?: string;
  readonly thinking?: string;
  /** Told before the answer, as having left the window. */
  readonly evicted?: { readonly turns: number; readonly tokens: number };
  readonly prefill?: { readonly done: number; readonly total: number };
  /** Thrown in place of an answer. */
  readonly failure?: { readonly message: string; readonly hint: string };
}

export interface FakeOptions {
  readonly answers: FakeAnswer[];
  /** Awaited before each token; resolve it to let the next one go. */
  readonly gate?: (signal: AbortSignal | undefined) => Promise<void>;
  readonly contextSize?: number;
  /** The session's name; without it the chat is not kept. */
  readonly session?: string;
  readonly resumption?: Resumption;
  /** Of any choice about thinking. */
  readonly reasoningEffect?: ReasoningEffect;
  /** Sessions to go over to, by name. */
  readonly others?: Readonly<Record<string, readonly KeptMessage[]>>;
}

type FakeMessage = { -readonly [Field in keyof Message]: Message[Field] };

export class FakeConversation implements Conversation {
  readonly model = "Fake-135M-Instruct";
  readonly modelFacts = undefined;
  readonly backend = "CPU";
  readonly notices: readonly string[] = [];
  readonly messages: FakeMessage[] = [];
  readonly source = { load: unknown, loadTree: unknown };
  readonly branches: readonly BranchPoint[] = [];
  sampling: Sampling = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1, seed: 42 };
  systemPrompt = "Be brief.";
  ownSystemPrompt = "";
  reasoning: Reasoning = "auto";
  answerLimit = -1;
  session: string | null;
  resumption: Resumption | undefined;
  readonly sessions: ChatSessions | undefined;
  #evicted = 0;
  #used = 12;
  #policy: WindowPolicyName = "turns";
  #turnAt = 12;
  #stopReason: StopReason = "stop";
  readonly #options: FakeOptions;

  constructor(options: FakeOptions) {
    this.#options = options;
    this.session = options.session ?? null;
    this.resumption = options.resumption;
    this.sessions = options.session === undefined ? undefined : this.#sessions(options.others ?? {});
  }

  usage(): CacheUsage {
    const contextSize = this.#options.contextSize ?? 512;
    const kv = { typeK: "f16", typeV: "f16", bytes: contextSize * 23_040, contextSize };
    const used = Math.min(this.#used, contextSize);
    return {
      contextSize,
      used,
      system: 12,
      turn: Math.max(0, used - this.#turnAt),
      evicted: this.#evicted,
      usedBytes: used * 23_040,
      kv,
      windowPolicy: this.#policy,
    };
  }

  /** Its tokens are words. */
  countTokens(text: string): number {
    return text.match(/\S+/g)?.length ?? 0;
  }

  async cacheReport(): Promise<CacheReport> {
    const usage = this.usage();
    const next = { tokens: 9, turns: ["the oldest"], isPartial: false, isReadAgain: false };
    const parts = [{ kind: "system" as const, text: this.systemPrompt, tokens: usage.used, bytes: usage.usedBytes }];
    const types = [{ type: "f16" as const, bytes: usage.kv.bytes }];
    return { parts, reuse: undefined, notResumed: undefined, next, shared: undefined, types };
  }

  async *send(text: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    this.messages.push({ role: "user", content: text, thinking: "", evicted: false });
    yield* this.#answer(signal);
  }

  async *regenerate(signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    if (this.messages.at(-1)?.role === "assistant") this.messages.pop();
    this.sampling = { ...this.sampling, seed: this.sampling.seed + 1 };
    yield* this.#answer(signal);
  }

  get canContinue(): boolean {
    return this.messages.at(-1)?.role === "assistant" && this.#stopReason !== "stop";
  }

  async *continueAnswer(signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    const { content: text = "", thinking = "" } = this.messages.at(-1) ?? {};
    yield { type: "continued", text, thinking };
    yield* this.#answer(signal, this.messages.pop());
  }

  async *edit(turn: number, text: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    this.messages.splice(2 * (turn - 1));
    yield* this.send(text, signal);
  }

  selectBranch(): SelectedBranch {
    return { messages: [], unanswered: undefined };
  }

  undo(): string | undefined {
    const index = this.messages.findLastIndex((message) => message.role === "user");
    return index < 0 ? undefined : this.messages.splice(index)[0]?.content;
  }

  clear(): void {
    this.messages.length = 0;
  }

  setWindow(policy: WindowPolicyName): void {
    this.#policy = policy;
  }

  cacheCost(): CacheCost {
    return { allocated: 1024, held: 512 };
  }

  async handOver(): Promise<HandedChat> {
    return { transcript: new Transcript(this.systemPrompt), recorder: undefined, [Symbol.dispose]: () => {} };
  }

  setSystemPrompt(text: string): void {
    this.systemPrompt = text;
  }

  setReasoning(reasoning: Reasoning): ReasoningEffect {
    this.reasoning = reasoning;
    return this.#options.reasoningEffect ?? { limit: undefined, again: 0 };
  }

  setSampling(changes: Partial<Sampling>): void {
    this.sampling = { ...this.sampling, ...changes };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #sessions(others: Readonly<Record<string, readonly KeptMessage[]>>): ChatSessions {
    return {
      list: () => [this.session ?? "", ...Object.keys(others)].map((name, index) => summaryOf(name, index)),
      endOf: () => [{ role: "assistant", content: "…" }],
      linesWith: () => new Map(),
      rename: (name) => {
        if (others[name]) throw new KvchatError(`There is a session "${name}" already.`, { hint: "Take another." });
        this.session = name;
      },
      begin: async (name) => {
        this.session = name ?? null;
        this.messages.length = 0;
      },
      fork: async (name) => {
        this.session = name ?? `${this.session}-2`;
      },
      goOver: async (nameOrId) => {
        const name = /^0{7}/.test(nameOrId) ? (Object.keys(others)[Number(nameOrId) - 1] ?? "") : nameOrId;
        const messages = others[name];
        if (!messages) throw new KvchatError(`There is no session "${name}".`, { hint: "None was saved yet." });
        this.session = name;
        this.resumption = { reused: 40, again: 0, reason: undefined, unanswered: undefined };
        return messages;
      },
      needsOf: () => undefined,
      take: () => {
        throw new Error("all others go on with what is loaded");
      },
    };
  }

  async *#answer(signal?: AbortSignal, begun?: FakeMessage): AsyncGenerator<ConversationEvent> {
    const queued = this.#options.answers.shift() ?? { text: "I have nothing to say." };
    const said = this.messages.findLast(({ role }) => role === "user")?.content ?? "";
    const answer = { ...queued, text: queued.text?.replaceAll("{said}", () => said) };
    if (answer.failure) {
      this.messages.pop();
      throw new KvchatError(answer.failure.message, { hint: answer.failure.hint });
    }
    const evicted = answer.evicted;
    if (evicted) {
      this.#evicted += evicted.tokens;
      for (const message of this.messages.filter((one) => one.role === "user").slice(0, evicted.turns))
        message.evicted = true;
      yield { type: "evicted", ...evicted, policy: "turns" };
    }
    this.#turnAt = this.#used;
    yield { type: "reused", tokens: this.#used };
    yield { type: "prefill", done: answer.prefill?.done ?? 9, total: answer.prefill?.total ?? 9 };
    const written: FakeMessage = begun ?? { role: "assistant", content: "", thinking: "", evicted: false };
    this.messages.push(written);
    let generated = 0;
    let stopReason: StopReason = "stop";
    for (const [type, text] of pieces(answer)) {
      await this.#options.gate?.(signal);
      if (signal?.aborted) {
        stopReason = "interrupted";
        break;
      }
      generated++;
      this.#used++;
      if (type === "token") written.content += text;
      else written.thinking += text;
      yield { type, text, tokens: generated };
    }
    this.#stopReason = stopReason;
    yield this.#done(written, stopReason, { generated, evicted: evicted?.tokens ?? 0 });
  }

  #done(
    written: FakeMessage,
    stopReason: StopReason,
    counts: { generated: number; evicted: number },
  ): ConversationEvent {
    return {
      type: "done",
      text: written.content,
      thinking: written.thinking,
      stopReason,
      model: this.model,
      session: this.session,
      seed: this.sampling.seed,
      tokens: { prompt: 21, reused: 12, evaluated: 9, ...counts },
      timings: {
        loadMs: 1,
        prefillMs: 1,
        firstTokenMs: 2,
        decodeMs: 100,
        prefillPerSecond: 9000,
        decodePerSecond: 41.2,
      },
      kv: this.usage().kv,
    };
  }
}

/** Each is a minute older than the one before. */
function summaryOf(name: string, index: number): SessionSummary {
  const updated = Date.now() - index * 60_000;
  return { id: `0000000${index}`, name, model: "fake", turns: 1, messages: 2, excerpt: "…", created: updated, updated };
}

/** Words with the space before them, as tokens mostly are. */
function pieces(answer: FakeAnswer): ["token" | "thinking", string][] {
  const split = (text = "") => text.match(/\s*\S+|\s+$/g) ?? [];
  return [
    ...split(answer.thinking).map((text): ["thinking", string] => ["thinking", text]),
    ...split(answer.text).map((text): ["token", string] => ["token", text]),
  ];
}

function unknown(): never {
  throw new Error("a scripted chat has no session");
}
