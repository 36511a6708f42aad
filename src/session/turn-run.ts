// One turn: fit the prompt into the window, evaluate what the cache lacks, then decode the answer token by token.
import { WindowFullError } from "../cache/window/policy.ts";
import type { Reuse } from "./cache-report.ts";
import { type RenderedPrompt, renderPrompt } from "./chat-template.ts";
import type { Sampling } from "./conversation-api.ts";
import type { Engine, Token } from "./engine/engine.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import type { ConversationEvent, StopReason, TurnTimings, TurnTokens } from "./events.ts";
import { explainReuse } from "./explain-reuse.ts";
import type { ChatTemplate } from "./template-contents.ts";
import { TextStream } from "./text-stream.ts";
import { ThinkingSplitter } from "./thinking.ts";
import type { Eviction, TokenWindow } from "./token-window.ts";
import { answerMessage, type Transcript, type Turn } from "./transcript.ts";

export interface TurnContext {
  readonly engine: Engine;
  readonly template: ChatTemplate;
  readonly window: TokenWindow;
  readonly transcript: Transcript;
  readonly policyName: string;
  readonly sampling: Sampling;
  /** Most tokens of the answer; -1: no limit. */
  readonly nPredict: number;
  readonly signal?: AbortSignal;
  /** Brings into the cache what an earlier turn, process or chat has computed of the prompt; false: nothing was to be gained. */
  readonly restore: () => Promise<boolean>;
}

/** Kept free for the answer when a prompt is fitted, in tokens; a quarter of the context where that is less. */
const answerReserve = 512;

export function reserveFor(nPredict: number, contextSize: number): number {
  return Math.min(nPredict >= 0 ? nPredict : answerReserve, Math.floor(contextSize / 4));
}

export class TurnRun {
  readonly tokens: TurnTokens = { prompt: 0, reused: 0, evaluated: 0, evicted: 0, generated: 0 };
  /** Undefined before the prompt was fitted. */
  reuse: Reuse | undefined;
  readonly #context: TurnContext;
  readonly #begun = performance.now();
  #text = "";
  #thinking = "";
  #stopReason: StopReason = "interrupted";
  #prefillMs = 0;
  #prefilled = 0;
  #firstTokenMs = 0;
  #decodeMs = 0;

  constructor(context: TurnContext) {
    this.#context = context;
  }

  /** Answers `turn`; its `answer` is set also when the turn is stopped or left half-way, not when the engine fails. */
  async *events(turn: Turn): AsyncGenerator<ConversationEvent> {
    const { window } = this.#context;
    const before = [...window.cached];
    const prompt = yield* this.#fit();
    let missing = window.missing();
    const live = window.cached.length;
    if (await this.#context.restore()) missing = window.missing();
    this.tokens.reused = window.cached.length;
    this.reuse = this.#explainReuse(prompt, { before, live });
    yield { type: "reused", tokens: this.tokens.reused };
    const generated: Token[] = [];
    const raw: string[] = [];
    let failed = false;
    try {
      const isRead = yield* this.#prefill(missing);
      this.tokens.prompt = window.cached.length;
      this.tokens.evaluated = this.tokens.prompt - this.tokens.reused;
      if (isRead) yield* this.#decode(prompt, generated, raw);
    } catch (error) {
      failed = true;
      // Nobody knows which cells an engine has written before it failed.
      window.forget();
      throw engineFailed(error);
    } finally {
      const how = { tokens: generated, text: raw.join(""), lead: prompt.lead };
      if (!failed) turn.answer = answerMessage(this.#text, this.#thinking, how);
    }
  }

  get outcome(): { text: string; thinking: string; stopReason: StopReason; timings: Omit<TurnTimings, "loadMs"> } {
    const perSecond = (count: number, ms: number) => (ms > 0 ? (count * 1000) / ms : 0);
    return {
      text: this.#text,
      thinking: this.#thinking,
      stopReason: this.#stopReason,
      timings: {
        prefillMs: this.#prefillMs,
        firstTokenMs: this.#firstTokenMs,
        decodeMs: this.#decodeMs,
        prefillPerSecond: perSecond(this.#prefilled, this.#prefillMs),
        decodePerSecond: perSecond(Math.max(0, this.tokens.generated - 1), this.#decodeMs),
      },
    };
  }

  get answerSoFar(): { content: string; thinking: string } {
    return { content: this.#text, thinking: this.#thinking };
  }

  #explainReuse(prompt: RenderedPrompt, cache: { before: readonly Token[]; live: number }): Reuse {
    const { window, engine } = this.#context;
    const { canShift } = engine.facts;
    const { wanted, latestTurn: question } = window;
    return explainReuse({ ...cache, ...this.tokens, prompt, wanted, question, canShift });
  }

  async *#fit(): AsyncGenerator<ConversationEvent, RenderedPrompt> {
    const { engine, template, window, transcript } = this.#context;
    for (;;) {
      const prompt = renderPrompt(engine, template, transcript.prompt);
      this.#refuseTooLong(prompt);
      const eviction = translateFull(() => window.fit(prompt, this.#reserve));
      if (!eviction) return prompt;
      yield this.#evicted(eviction);
    }
  }

  /** The head and the current turn can't be cut: they must fit, with room for one token of an answer. */
  #refuseTooLong(prompt: RenderedPrompt): void {
    const { contextSize } = this.#context.engine.facts;
    const current = prompt.turns.at(-1) ?? { start: 0, end: prompt.tokens.length };
    const needed = prompt.head + current.end - current.start;
    if (needed < contextSize) return;
    throw new KvchatError(`The prompt has ${needed} tokens, and the context holds ${contextSize}.`, {
      hint: `Use --ctx-size ${Math.ceil((needed + answerReserve) / 256) * 256} or more, or a shorter prompt.`,
      exitCode: ExitCode.outOfRoom,
    });
  }

  get #reserve(): number {
    const { nPredict, engine } = this.#context;
    return reserveFor(nPredict, engine.facts.contextSize);
  }

  #evicted(eviction: Eviction): ConversationEvent {
    const inWindow = this.#context.transcript.turnsInWindow;
    for (const index of eviction.turns) {
      const turn = inWindow[index];
      if (turn) turn.evicted = true;
    }
    this.tokens.evicted += eviction.tokens;
    return { type: "evicted", tokens: eviction.tokens, turns: eviction.turns.length, policy: this.#context.policyName };
  }

  /** True when all of it was evaluated. */
  async *#prefill(tokens: readonly Token[]): AsyncGenerator<ConversationEvent, boolean> {
    const { engine, window, signal } = this.#context;
    const begun = performance.now();
    let done = 0;
    for await (const now of engine.prefill(tokens, signal)) {
      window.evaluated(tokens.slice(done, now));
      this.#prefilled += now - done;
      done = now;
      yield { type: "prefill", done, total: tokens.length };
    }
    this.#prefillMs += performance.now() - begun;
    return done === tokens.length;
  }

  async *#decode(prompt: RenderedPrompt, generated: Token[], raw: string[]): AsyncGenerator<ConversationEvent> {
    const { engine, template, window, sampling, nPredict, signal } = this.#context;
    if (nPredict === 0) {
      this.#stopReason = "length";
      return;
    }
    const splitter = new ThinkingSplitter(template.source, prompt.lead);
    const stream = new TextStream(engine, splitter.readsControlTokens);
    engine.startSampling(sampling, window.cached);
    let firstTokenAt = 0;
    let pending: Promise<void> | undefined;
    try {
      for (;;) {
        if (signal?.aborted) break;
        const token = await engine.sample();
        firstTokenAt ||= this.#noteFirstToken();
        if (engine.isEndOfGeneration(token)) {
          this.#stopReason = "stop";
          break;
        }
        const end = generated.length + 1 === nPredict ? "length" : yield* this.#makeRoom();
        generated.push(token);
        this.tokens.generated = generated.length;
        if (!end) {
          pending = engine.decode(token);
          // Awaited below; until then a failure must not count as one that nobody handles.
          pending.catch(() => {});
        }
        yield* this.#say(raw, stream.push(token), splitter);
        if (end) {
          this.#stopReason = end;
          break;
        }
        await pending;
        pending = undefined;
        window.push(token);
      }
      yield* this.#say(raw, stream.end(), splitter, true);
    } finally {
      await pending?.then(() => window.push(generated.at(-1) as Token));
      if (firstTokenAt) this.#decodeMs = performance.now() - firstTokenAt;
    }
  }

  #noteFirstToken(): number {
    const now = performance.now();
    this.#firstTokenMs = now - this.#begun;
    return now;
  }

  /** Makes room for one more token; else tells why the answer ends. */
  async *#makeRoom(): AsyncGenerator<ConversationEvent, StopReason | undefined> {
    const { engine, window } = this.#context;
    if (window.cached.length < engine.facts.contextSize) return undefined;
    try {
      const { eviction, again } = window.slide(this.#reserve);
      yield this.#evicted(eviction);
      const isRead = again.length === 0 || (yield* this.#prefill(again));
      return isRead ? undefined : "interrupted";
    } catch (error) {
      if (error instanceof WindowFullError) return "context";
      throw error;
    }
  }

  *#say(raw: string[], text: string, splitter: ThinkingSplitter, ended = false): Generator<ConversationEvent> {
    raw.push(text);
    const parts = text ? splitter.push(text) : [];
    if (ended) parts.push(...splitter.end());
    for (const part of parts) {
      if (part.kind === "thinking") {
        this.#thinking += part.text;
        yield { type: "thinking", text: part.text, tokens: this.tokens.generated };
      } else {
        this.#text += part.text;
        yield { type: "token", text: part.text, tokens: this.tokens.generated };
      }
    }
  }
}

function engineFailed(cause: unknown): KvchatError {
  if (cause instanceof KvchatError) return cause;
  const [why = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  return new KvchatError(`llama.cpp failed: ${why}.`, { hint: "Try again; --verbose shows its own words.", cause });
}

function translateFull<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof WindowFullError)) throw error;
    const { length, contextSize } = error.view;
    throw new KvchatError(`The context is full: the chat has ${length} tokens, and the context holds ${contextSize}.`, {
      hint: "Use a larger --ctx-size, --window turns to let the oldest turns go, or begin anew.",
      exitCode: ExitCode.outOfRoom,
      cause: error,
    });
  }
}
