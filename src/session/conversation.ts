// A conversation with a model: its transcript, its KV cache, and one turn at a time.
import type { CachePolicy } from "../cache/window/policy.ts";
import type { CacheUsage, Conversation, Message, Sampling } from "./conversation-api.ts";
import type { Engine } from "./engine/engine.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import type { ConversationEvent, KvFacts } from "./events.ts";
import type { ChatTemplate } from "./template-contents.ts";
import { TokenWindow } from "./token-window.ts";
import { Transcript, type Turn } from "./transcript.ts";
import { TurnRun } from "./turn-run.ts";

export interface ConversationParts {
  readonly engine: Engine;
  readonly template: ChatTemplate;
  readonly policy: CachePolicy;
  readonly policyName: string;
  /** The model's name, as the user knows it. */
  readonly model: string;
  readonly typeK: string;
  readonly typeV: string;
  /** Bytes of the cache that so many tokens take. */
  readonly heldBytes: (tokens: number) => number;
  readonly notices: readonly string[];
  readonly sampling: Sampling;
  readonly systemPrompt: string;
  readonly keep: number;
  readonly nPredict: number;
  readonly loadMs: number;
}

export class ChatConversation implements Conversation {
  readonly model: string;
  readonly backend: string;
  readonly #parts: ConversationParts;
  readonly #window: TokenWindow;
  readonly #transcript: Transcript;
  #sampling: Sampling;
  #evictedTokens = 0;
  #busy = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.model = parts.model;
    this.backend = parts.engine.facts.backend;
    this.#window = new TokenWindow(parts.engine, parts);
    this.#transcript = new Transcript(parts.systemPrompt);
    this.#sampling = parts.sampling;
  }

  get notices(): readonly string[] {
    return this.#parts.notices;
  }

  get messages(): readonly Message[] {
    return this.#transcript.messages;
  }

  get sampling(): Readonly<Sampling> {
    return this.#sampling;
  }

  get systemPrompt(): string {
    return this.#transcript.systemPrompt;
  }

  usage(): CacheUsage {
    const used = this.#window.cached.length;
    return {
      contextSize: this.#parts.engine.facts.contextSize,
      used,
      system: this.#window.head,
      evicted: this.#evictedTokens,
      usedBytes: this.#parts.heldBytes(used),
      kv: this.#kv,
      windowPolicy: this.#parts.policyName,
    };
  }

  async *send(text: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    const turn = this.#transcript.begin(text);
    try {
      yield* this.#take(turn, signal);
    } finally {
      if (!turn.answer) this.#transcript.turns.pop();
    }
  }

  async *regenerate(signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    const turn = this.#transcript.turns.at(-1);
    if (!turn) {
      throw new KvchatError("There is no answer yet.", { hint: "Ask something first.", exitCode: ExitCode.usage });
    }
    const { answer, evicted } = turn;
    Object.assign(turn, { answer: undefined, evicted: false });
    this.setSampling({ seed: (this.#sampling.seed + 1) % 2 ** 32 });
    try {
      yield* this.#take(turn, signal);
    } finally {
      if (!turn.answer) Object.assign(turn, { answer, evicted });
    }
  }

  undo(): string | undefined {
    return this.#transcript.turns.pop()?.user.content;
  }

  clear(): void {
    this.#transcript.turns.length = 0;
    this.#evictedTokens = 0;
  }

  setSystemPrompt(text: string): void {
    this.#transcript.systemPrompt = text;
  }

  setSampling(changes: Partial<Sampling>): void {
    this.#sampling = { ...this.#sampling, ...changes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.engine[Symbol.asyncDispose]();
  }

  get #kv(): KvFacts {
    const { kvBytes, contextSize } = this.#parts.engine.facts;
    return { typeK: this.#parts.typeK, typeV: this.#parts.typeV, bytes: kvBytes, contextSize };
  }

  async *#take(turn: Turn, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    if (this.#busy) throw new Error("the turn before is still under way");
    this.#busy = true;
    const { seed } = this.#sampling;
    const run = new TurnRun({
      ...this.#parts,
      window: this.#window,
      transcript: this.#transcript,
      // Each turn draws from a state of its own, so that a resumed chat goes on as one that never stopped.
      sampling: { ...this.#sampling, seed: (seed + this.#transcript.turns.length - 1) % 2 ** 32 },
      signal,
    });
    try {
      yield* run.events(turn);
    } finally {
      this.#busy = false;
      this.#evictedTokens += run.tokens.evicted;
    }
    const { timings, ...outcome } = run.outcome;
    yield {
      type: "done",
      ...outcome,
      model: this.model,
      session: null,
      seed,
      tokens: run.tokens,
      timings: { loadMs: this.#parts.loadMs, ...timings },
      kv: this.#kv,
    };
  }
}
