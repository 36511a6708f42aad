// Takes the turns of a conversation, one at a time: what was said goes into the transcript and the store as it comes, and what was
// computed is kept after it. What could not be answered was never said.
import type { Reuse } from "./cache-report.ts";
import type { SaidTurn } from "./cached-parts.ts";
import type { ConversationParts } from "./conversation-parts.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import type { ConversationEvent, TurnResult } from "./events.ts";
import type { KvSaving } from "./kv-saving.ts";
import { templateOfAnswer } from "./reasoning.ts";
import type { Recorder } from "./recorder.ts";
import type { Sampling } from "./sampling.ts";
import type { GeneratedAnswer } from "./template-contents.ts";
import type { TokenWindow } from "./token-window.ts";
import type { Transcript } from "./transcript.ts";
import { type Turn, unfinishedAnswer } from "./turn.ts";
import { TurnRun } from "./turn-run.ts";

export interface TurnTakerOptions {
  readonly window: TokenWindow;
  readonly transcript: Transcript;
  readonly saving: KvSaving | undefined;
  /** As they are now. */
  readonly parts: () => ConversationParts;
  readonly sampling: () => Sampling;
  /** What a turn's result says of the conversation. */
  readonly facts: () => Pick<TurnResult, "model" | "session" | "kv">;
}

interface TakeOptions {
  readonly signal?: AbortSignal;
  /** What the answer begins with. */
  readonly unfinished?: GeneratedAnswer;
}

export class TurnTaker {
  /** Of the latest turn of this process. */
  reuse: Reuse | undefined;
  /** What the ledger stands for. */
  told: { systemPrompt: string; told: readonly SaidTurn[] } = { systemPrompt: "", told: [] };
  readonly #options: TurnTakerOptions;
  readonly #transcript: Transcript;
  #busy = false;

  constructor(options: TurnTakerOptions) {
    this.#options = options;
    this.#transcript = options.transcript;
  }

  get #recorder(): Recorder | undefined {
    return this.#options.parts().recorder;
  }

  async *send(text: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    const last = this.#transcript.turns.at(-1);
    const turn = this.#transcript.begin(text);
    this.#recorder?.asked(turn);
    try {
      yield* this.#take(turn, { signal });
    } finally {
      if (!turn.answer) {
        this.#transcript.drop(turn, last);
        this.#recorder?.failed({ withQuestion: true });
      }
    }
  }

  /** Answers the last question once more. */
  async *regenerate(signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    const last = this.#transcript.turns.at(-1);
    if (last) yield* this.#takeBeside(last, { signal });
  }

  async *edit(turn: number, text: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    const { turns } = this.#transcript;
    const edited = turns[turn - 1];
    if (!edited) {
      throw new KvchatError("The chat has no such turn.", { hint: "Count from 1.", exitCode: ExitCode.usage });
    }
    this.endWith(edited.parent);
    try {
      yield* this.send(text, signal);
    } finally {
      if (this.#transcript.turns.length < turn) this.endWith(turns.at(-1));
    }
  }

  async *continueAnswer(signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    const turn = this.#transcript.turns.at(-1);
    const unfinished = turn && unfinishedAnswer(turn);
    if (!unfinished) {
      throw new KvchatError("There is no answer that could go on.", {
        hint: "The model ends most answers itself; those that were stopped, or cut off at a limit, go on.",
        exitCode: ExitCode.usage,
      });
    }
    const { answer, stopReason = "interrupted" } = turn;
    yield { type: "continued", text: answer?.content ?? "", thinking: answer?.thinking ?? "" };
    if (turn.next.length > 0) {
      // What was said behind the shorter answer stays with it.
      yield* this.#takeBeside(turn, { signal, unfinished });
      return;
    }
    turn.answer = undefined;
    this.#recorder?.goingOn(turn);
    try {
      yield* this.#take(turn, { signal, unfinished });
    } finally {
      if (!turn.answer) {
        Object.assign(turn, { answer, stopReason });
        this.#recorder?.answered(turn, stopReason);
      }
    }
  }

  /** What else was said stays as a branch. */
  endWith(last: Turn | undefined): void {
    this.#transcript.endWith(last);
    this.#recorder?.endsWith(last);
    this.#recorder?.evicted(this.#transcript.turns.filter(({ evicted }) => evicted));
  }

  /** As it is now: it may be said otherwise later. */
  noteTold(turns: readonly Turn[] = this.#transcript.turnsInWindow): void {
    const { systemPrompt } = this.#transcript;
    this.told = { systemPrompt, told: turns.map(({ user, answer }) => ({ user, answer })) };
  }

  /** Another answer to the same question. */
  async *#takeBeside(last: Turn, how: TakeOptions): AsyncGenerator<ConversationEvent> {
    const turn = this.#transcript.again(last);
    try {
      yield* this.#take(turn, how);
    } finally {
      if (!turn.answer) {
        this.#transcript.drop(turn, last);
        this.#recorder?.failed({ withQuestion: false });
      }
    }
  }

  async *#take(turn: Turn, how: TakeOptions): AsyncGenerator<ConversationEvent> {
    if (this.#busy) throw new Error("the turn before is still under way");
    this.#busy = true;
    const { window, saving, parts, facts } = this.#options;
    const sampling = this.#options.sampling();
    const { engine, template } = parts();
    const { unfinished } = how;
    const run = new TurnRun({
      ...parts(),
      template: unfinished ? templateOfAnswer(engine, template, this.#transcript.prompt, unfinished.lead) : template,
      window,
      transcript: this.#transcript,
      // Each turn draws from a state of its own, so that a resumed chat goes on as one that never stopped.
      sampling: { ...sampling, seed: (sampling.seed + this.#transcript.turns.length - 1) % 2 ** 32 },
      ...how,
      restore: async () => (await saving?.restore()) ?? false,
      keepHead: async () => saving?.keepHead(),
    });
    try {
      await saving?.makeWay();
      for await (const event of run.events(turn)) {
        this.#recorder?.answering(() => run.answerSoFar);
        yield event;
      }
    } finally {
      this.#busy = false;
      this.#keep(turn, run);
    }
    const { timings, ...outcome } = run.outcome;
    const { model, session, kv } = facts();
    yield {
      type: "done",
      ...outcome,
      model,
      session,
      seed: sampling.seed,
      tokens: run.tokens,
      timings: { loadMs: parts().loadMs, ...timings },
      kv,
    };
  }

  #keep(turn: Turn, { tokens, outcome, reuse }: TurnRun): void {
    this.reuse = reuse ?? this.reuse;
    this.noteTold();
    turn.stopReason = outcome.stopReason;
    if (turn.answer) this.#transcript.answered(turn);
    this.#recorder?.answered(turn, outcome.stopReason);
    if (tokens.evicted > 0) this.#recorder?.evicted(this.#transcript.turns.filter(({ evicted }) => evicted));
    const { saving, parts } = this.#options;
    const slides = parts().engine.facts.swaWindow > 0;
    saving?.due({ isOutOfOrder: tokens.evicted > 0 || slides });
  }
}
