// One turn: fit the prompt into the window, evaluate what the cache lacks, then decode the answer token by token.
import { blockEnd } from "../cache/block-key.ts";
import { WindowFullError } from "../cache/window/policy.ts";
import { AnswerText } from "./answer-text.ts";
import type { Reuse } from "./cache-report.ts";
import { type RenderedPrompt, renderPromptInSteps } from "./chat-template.ts";
import type { Sampling } from "./conversation-api.ts";
import type { Engine, Token } from "./engine/engine.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import type { ConversationEvent, StopReason, TurnTimings, TurnTokens } from "./events.ts";
import { explainReuse } from "./explain-reuse.ts";
import { leastGain } from "./kv-keeper.ts";
import type { AnswerSoFar } from "./store/answer-draft.ts";
import type { ChatTemplate, GeneratedAnswer } from "./template-contents.ts";
import type { TextPart } from "./thinking.ts";
import type { Eviction, TokenWindow } from "./token-window.ts";
import type { Transcript } from "./transcript.ts";
import { answerMessage, type Turn } from "./turn.ts";

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
  /** Keeps what has been read so far of the prompt, for other chats. */
  readonly keepHead: () => Promise<void>;
  /** An answer that did not end by itself, and now goes on. */
  readonly unfinished?: GeneratedAnswer;
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
  #answer: AnswerText | undefined;
  #stopReason: StopReason = "interrupted";
  #prefillMs = 0;
  #prefilled = 0;
  #firstTokenMs = 0;
  #decodeMs = 0;

  constructor(context: TurnContext) {
    this.#context = context;
    if (context.unfinished) this.#answer = this.#beginAnswer(context.unfinished.lead);
    for (const token of context.unfinished?.tokens ?? []) this.#answer?.push(token);
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
    const answer = this.#answer ?? this.#beginAnswer(prompt.lead);
    this.#answer = answer;
    let failed = false;
    try {
      const isRead = yield* this.#read(missing, this.#headApart(prompt));
      this.tokens.prompt = window.cached.length;
      this.tokens.evaluated = this.tokens.prompt - this.tokens.reused;
      if (isRead) yield* this.#decode(answer);
    } catch (error) {
      failed = true;
      // Nobody knows which cells an engine has written before it failed.
      window.forget();
      throw engineFailed(error);
    } finally {
      if (!failed) {
        answer.end();
        turn.answer = answerMessage(answer.soFar);
      }
    }
  }

  get outcome(): { text: string; thinking: string; stopReason: StopReason; timings: Omit<TurnTimings, "loadMs"> } {
    const perSecond = (count: number, ms: number) => (ms > 0 ? (count * 1000) / ms : 0);
    const { content: text, thinking } = this.answerSoFar;
    return {
      text,
      thinking,
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

  get answerSoFar(): AnswerSoFar {
    return this.#answer?.soFar ?? { content: "", thinking: "" };
  }

  #beginAnswer(lead: string): AnswerText {
    return new AnswerText(this.#context.engine, this.#context.template.source, lead);
  }

  #explainReuse(prompt: RenderedPrompt, cache: { before: readonly Token[]; live: number }): Reuse {
    const { window, engine, unfinished } = this.#context;
    const { canShift } = engine.facts;
    const { wanted, latestTurn } = window;
    const question = unfinished ? wanted.length : latestTurn;
    return explainReuse({ ...cache, ...this.tokens, prompt, wanted, question, canShift });
  }

  async *#fit(): AsyncGenerator<ConversationEvent, RenderedPrompt> {
    const { engine, template, window, transcript, unfinished } = this.#context;
    for (;;) {
      const prompt = await renderPromptInSteps(engine, template, transcript.prompt);
      if (!unfinished) this.#refuseTooLong(prompt);
      const eviction = translateFull(() =>
        unfinished
          ? window.fitUnfinished({ ...prompt, tokens: [...prompt.tokens, ...unfinished.tokens] }, this.#reserve)
          : window.fit(prompt, this.#reserve),
      );
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

  /**
   * How long the head is that is read apart from a chat's first question, and kept: where layers slide, a later state cannot be cut
   * there, and a chat with the same head would read it again. 0: it is not.
   */
  #headApart({ head, turns }: RenderedPrompt): number {
    const end = blockEnd(head);
    return this.#context.engine.facts.swaWindow > 0 && turns.length === 1 && end >= leastGain ? end : 0;
  }

  /** `first`: how long the part of the prompt is that is read before the rest; true when all of it was evaluated. */
  async *#read(missing: readonly Token[], first: number): AsyncGenerator<ConversationEvent, boolean> {
    const { window, keepHead } = this.#context;
    const apart = first - window.cached.length;
    if (apart <= 0) return yield* this.#prefill(missing);
    if (!(yield* this.#prefill(missing.slice(0, apart), { before: 0, total: missing.length }))) return false;
    await keepHead();
    return yield* this.#prefill(window.missing(), { before: apart, total: missing.length });
  }

  /** True when all of it was evaluated; it may be a part of what progress is told of. */
  async *#prefill(
    tokens: readonly Token[],
    { before, total } = { before: 0, total: tokens.length },
  ): AsyncGenerator<ConversationEvent, boolean> {
    const { engine, window, signal } = this.#context;
    const begun = performance.now();
    let done = 0;
    for await (const now of engine.prefill(tokens, signal)) {
      window.evaluated(tokens.slice(done, now));
      this.#prefilled += now - done;
      done = now;
      yield { type: "prefill", done: before + done, total };
    }
    this.#prefillMs += performance.now() - begun;
    return done === tokens.length;
  }

  async *#decode(answer: AnswerText): AsyncGenerator<ConversationEvent> {
    const { engine, window, sampling, nPredict, signal, unfinished } = this.#context;
    if (nPredict === 0) {
      this.#stopReason = "length";
      return;
    }
    engine.startSampling(sampling, window.cached, unfinished?.tokens.length);
    let firstTokenAt = 0;
    let pending: { token: Token; done: Promise<void> } | undefined;
    try {
      while (this.tokens.generated > 0 || !signal?.aborted) {
        const token = await engine.sample();
        firstTokenAt ||= this.#noteFirstToken();
        if (engine.isEndOfGeneration(token)) {
          this.#stopReason = "stop";
          break;
        }
        this.tokens.generated++;
        const end = yield* this.#endsWithThis();
        if (!end) {
          pending = { token, done: engine.decode(token) };
          // Awaited below; until then a failure must not count as one that nobody handles.
          pending.done.catch(() => {});
        }
        yield* this.#say(answer.push(token));
        if (end) {
          this.#stopReason = end;
          break;
        }
        await pending?.done;
        pending = undefined;
        window.push(token);
      }
      yield* this.#say(answer.end());
    } finally {
      if (pending) {
        await pending.done;
        window.push(pending.token);
      }
      if (firstTokenAt) this.#decodeMs = performance.now() - firstTokenAt;
    }
  }

  /** The last token of an answer that may go on is not evaluated: nothing else would give the one behind it. */
  async *#endsWithThis(): AsyncGenerator<ConversationEvent, StopReason | undefined> {
    const { nPredict, signal } = this.#context;
    if (signal?.aborted) return "interrupted";
    if (this.tokens.generated === nPredict) return "length";
    return yield* this.#makeRoom();
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

  *#say(parts: readonly TextPart[]): Generator<ConversationEvent> {
    for (const { kind, text } of parts) {
      yield { type: kind === "thinking" ? "thinking" : "token", text, tokens: this.tokens.generated };
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
