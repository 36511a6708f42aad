// A conversation with a model: its transcript, its KV cache, and one turn at a time.
import type { KvType } from "../cache/types.ts";
import { policies, type WindowPolicyName } from "../cache/window/index.ts";
import type { CachePolicy } from "../cache/window/policy.ts";
import type { CacheCost, CostOfTypes } from "./cache-cost.ts";
import type { CacheReport, Reuse, TypeCost } from "./cache-report.ts";
import type { SaidTurn } from "./cached-parts.ts";
import { renderSaid } from "./chat-template.ts";
import type {
  BranchChoice,
  BranchPoint,
  CacheUsage,
  Conversation,
  HandedChat,
  Message,
  Resumption,
  Sampling,
  SelectedBranch,
  SessionSource,
} from "./conversation-api.ts";
import type { Engine } from "./engine/engine.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import type { ConversationEvent, KvFacts } from "./events.ts";
import { KeptChat } from "./kept-chat.ts";
import type { KvKeeper } from "./kv-keeper.ts";
import { templateMark } from "./kv-record.ts";
import { KvSaving } from "./kv-saving.ts";
import type { Recorder } from "./recorder.ts";
import { reportCache } from "./report-cache.ts";
import type { LoadedSession } from "./store/session-record.ts";
import type { ChatTemplate, GeneratedAnswer } from "./template-contents.ts";
import { TokenWindow } from "./token-window.ts";
import { Transcript } from "./transcript.ts";
import { keptMessages, type Turn, unfinishedAnswer } from "./turn.ts";
import { reserveFor, TurnRun } from "./turn-run.ts";
import { currentBranch, unkeptTree } from "./unkept-session.ts";

export interface ConversationParts {
  readonly engine: Engine;
  readonly template: ChatTemplate;
  readonly policy: CachePolicy;
  readonly policyName: WindowPolicyName;
  /** The model's name, as the user knows it. */
  readonly model: string;
  readonly typeK: string;
  readonly typeV: string;
  /** Bytes of the cache that so many tokens take. */
  readonly heldBytes: (tokens: number) => number;
  /** What the cache would take with other types. */
  readonly typeCosts?: readonly TypeCost[];
  readonly costOf?: CostOfTypes;
  readonly notices: readonly string[];
  readonly sampling: Sampling;
  readonly systemPrompt: string;
  readonly keep: number;
  readonly nPredict: number;
  readonly loadMs: number;
  /** Keeps the cache; absent where that is of no use, as in tests of other things. */
  readonly keeper?: KvKeeper;
  /** Keeps the words; absent with --no-save. */
  readonly recorder?: Recorder;
  /** What was said before, where that comes neither from the store nor from an earlier process. */
  readonly transcript?: Transcript;
  /** Gets what happens between turns. */
  readonly onEvent?: (event: ConversationEvent) => void;
}

interface TakeOptions {
  readonly signal?: AbortSignal;
  /** What the answer begins with. */
  readonly unfinished?: GeneratedAnswer;
}

export class ChatConversation implements Conversation {
  readonly model: string;
  readonly backend: string;
  readonly sessions: KeptChat | undefined;
  #parts: ConversationParts;
  readonly #window: TokenWindow;
  readonly #transcript: Transcript;
  readonly #recorder: Recorder | undefined;
  readonly #saving: KvSaving | undefined;
  #resumption: Resumption | undefined;
  /** Of the latest turn of this process. */
  #reuse: Reuse | undefined;
  /** What the ledger stands for. */
  #told: { systemPrompt: string; told: readonly SaidTurn[] } = { systemPrompt: "", told: [] };
  #sampling: Sampling;
  #busy = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.model = parts.model;
    this.backend = parts.engine.facts.backend;
    this.#window = new TokenWindow(parts.engine, parts);
    this.#transcript = parts.transcript ?? new Transcript(parts.systemPrompt);
    this.#sampling = parts.sampling;
    this.#recorder = parts.recorder;
    const { keeper, recorder, onEvent = () => {} } = parts;
    const template = templateMark(parts.template.source);
    this.#saving = keeper && new KvSaving({ keeper, recorder, onEvent, template, window: this.#window });
    if (!recorder) return;
    this.sessions = new KeptChat({
      recorder,
      kept: async () => this.#saving?.finish(),
      renumber: (copy) => this.#restore(copy),
      resume: (session) => this.#goOver(session),
    });
    recorder.onProblem = ({ message: problem }) =>
      onEvent({ type: "saved", session: this.session, tokens: 0, blocks: 0, bytes: 0, problem });
  }

  get session(): string | null {
    return this.#recorder?.session?.name ?? null;
  }

  get resumption(): Resumption | undefined {
    return this.#resumption;
  }

  get notices(): readonly string[] {
    return this.#parts.notices;
  }

  get messages(): readonly Message[] {
    return this.#transcript.messages;
  }

  get source(): SessionSource {
    const { session, store } = this.#recorder ?? {};
    if (session && store) return { load: () => store.load(session.id), loadTree: () => store.loadTree(session.id) };
    const facts = { model: this.model, modelPath: "", fingerprint: {}, settings: {}, systemPrompt: this.systemPrompt };
    const loadTree = () => unkeptTree(this.#transcript, { ...facts, seed: this.#sampling.seed });
    return { load: () => currentBranch(loadTree()), loadTree };
  }

  get sampling(): Readonly<Sampling> {
    return this.#sampling;
  }

  get systemPrompt(): string {
    return this.#transcript.systemPrompt;
  }

  get canContinue(): boolean {
    const turn = this.#transcript.turns.at(-1);
    return turn !== undefined && unfinishedAnswer(turn) !== undefined;
  }

  usage(): CacheUsage {
    const used = this.#window.cached.length;
    return {
      contextSize: this.#parts.engine.facts.contextSize,
      used,
      system: this.#window.head,
      turn: Math.max(0, used - this.#window.latestTurn),
      evicted: this.#window.evicted,
      usedBytes: this.#parts.heldBytes(used),
      kv: this.#kv,
      windowPolicy: this.#parts.policyName,
    };
  }

  cacheReport(): Promise<CacheReport> {
    const { engine, keeper, recorder, nPredict, heldBytes, typeCosts = [] } = this.#parts;
    const { canShift, contextSize } = engine.facts;
    return reportCache({
      window: this.#window,
      chat: { ...this.#told, now: this.#transcript.turnsInWindow },
      measures: { count: (text) => engine.tokenize(text, false).length, heldBytes },
      reuse: this.#reuse,
      notResumed: this.#reuse ? undefined : this.#resumption?.reason,
      reserve: reserveFor(nPredict, contextSize),
      canShift,
      recorder,
      blocks: keeper?.store,
      types: typeCosts,
    });
  }

  get branches(): readonly BranchPoint[] {
    return this.#transcript.branches;
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

  async *regenerate(
    signal?: AbortSignal,
    seed = (this.#sampling.seed + 1) % 2 ** 32,
  ): AsyncGenerator<ConversationEvent> {
    const last = this.#transcript.turns.at(-1);
    if (!last) {
      throw new KvchatError("There is no answer yet.", { hint: "Ask something first.", exitCode: ExitCode.usage });
    }
    this.setSampling({ seed });
    yield* this.#takeBeside(last, { signal });
  }

  async *edit(turn: number, text: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    const { turns } = this.#transcript;
    const edited = turns[turn - 1];
    if (!edited) throw noSuch("turn");
    this.#endWith(edited.parent);
    try {
      yield* this.send(text, signal);
    } finally {
      if (this.#transcript.turns.length < turn) this.#endWith(turns.at(-1));
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

  undo(): string | undefined {
    const turn = this.#transcript.turns.at(-1);
    if (turn) this.#endWith(turn.parent);
    return turn?.user.content;
  }

  clear(): void {
    this.#endWith(undefined);
    this.#window.beginAnew();
  }

  selectBranch(choice: BranchChoice): SelectedBranch {
    const end = this.#transcript.endOf(choice);
    if (!end) throw noSuch("branch");
    this.#endWith(end.answer ? end : end.parent);
    const messages = this.#transcript.turns.slice(choice.turn - 1).flatMap(keptMessages);
    return {
      messages: choice.role === "user" ? messages : messages.slice(1),
      unanswered: end.answer ? undefined : end.user.content,
    };
  }

  setSystemPrompt(text: string): void {
    this.#transcript.systemPrompt = text;
    this.#recorder?.changed({ systemPrompt: text });
  }

  setSampling(changes: Partial<Sampling>): void {
    this.#sampling = { ...this.#sampling, ...changes };
    if (!this.#recorder) return;
    const { temperature, seed: _, ...others } = changes;
    const { settings } = this.#recorder.facts;
    const changed = { ...settings, ...others, ...(temperature !== undefined && { temp: temperature }) };
    this.#recorder.changed({ seed: this.#sampling.seed, settings: changed });
  }

  /** Goes on with what was kept: words, ledger and cache. */
  async resume(loaded: LoadedSession): Promise<void> {
    await this.bringBack(this.#restore(loaded));
  }

  /** Goes on with the cache that was kept of the chat, and what others have computed of it. */
  async bringBack(unanswered?: string): Promise<void> {
    const said = renderSaid(this.#parts.engine, this.#parts.template, this.#transcript.prompt);
    const taken = await this.#saving?.resume(this.#recorder?.kv, said);
    this.#resumption = taken && { ...taken, unanswered };
    this.#reuse = undefined;
    this.#noteTold();
  }

  setWindow(policyName: WindowPolicyName): void {
    this.#parts = { ...this.#parts, policyName };
    this.#window.policy = policies[policyName];
    const { recorder } = this.#parts;
    recorder?.changed({ settings: { ...recorder.facts.settings, window: policyName } });
  }

  cacheCost(types: { typeK: KvType; typeV: KvType }): CacheCost {
    const { costOf } = this.#parts;
    const { used, usedBytes, kv } = this.usage();
    return costOf?.(types, used) ?? { allocated: kv.bytes, held: usedBytes };
  }

  async handOver(): Promise<HandedChat> {
    await this.#saving?.[Symbol.asyncDispose]();
    await this.#parts.engine[Symbol.asyncDispose]();
    const recorder = this.#recorder;
    return { transcript: this.#transcript, recorder, [Symbol.dispose]: () => recorder?.[Symbol.dispose]() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    using _ = await this.handOver();
  }

  async #goOver(loaded: LoadedSession): Promise<void> {
    const { systemPrompt, seed, settings } = loaded.session;
    const before = this.#sampling;
    const { temp: temperature = before.temperature, topK = before.topK, topP = before.topP } = settings;
    const { minP = before.minP, repeatPenalty = before.repeatPenalty } = settings;
    this.#sampling = { temperature, topK, topP, minP, repeatPenalty, seed };
    this.#transcript.systemPrompt = systemPrompt;
    await this.resume(loaded);
  }

  /** With all branches, where they are kept. */
  #restore({ session, messages }: LoadedSession): string | undefined {
    return this.#transcript.restore(this.#recorder?.messages ?? messages, session.leaf);
  }

  /** What else was said stays as a branch. */
  #endWith(last: Turn | undefined): void {
    this.#transcript.endWith(last);
    this.#recorder?.endsWith(last);
    this.#recorder?.evicted(this.#transcript.turns.filter(({ evicted }) => evicted));
  }

  get #kv(): KvFacts {
    const { kvBytes, contextSize } = this.#parts.engine.facts;
    return { typeK: this.#parts.typeK, typeV: this.#parts.typeV, bytes: kvBytes, contextSize };
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
    const { seed } = this.#sampling;
    const saving = this.#saving;
    const run = new TurnRun({
      ...this.#parts,
      window: this.#window,
      transcript: this.#transcript,
      // Each turn draws from a state of its own, so that a resumed chat goes on as one that never stopped.
      sampling: { ...this.#sampling, seed: (seed + this.#transcript.turns.length - 1) % 2 ** 32 },
      ...how,
      restore: async () => (await saving?.restore()) ?? false,
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
    yield {
      type: "done",
      ...outcome,
      model: this.model,
      session: this.session,
      seed,
      tokens: run.tokens,
      timings: { loadMs: this.#parts.loadMs, ...timings },
      kv: this.#kv,
    };
  }

  /** As it is now: it may be said otherwise later. */
  #noteTold(): void {
    const { systemPrompt, turnsInWindow } = this.#transcript;
    this.#told = { systemPrompt, told: turnsInWindow.map(({ user, answer }) => ({ user, answer })) };
  }

  #keep(turn: Turn, { tokens, outcome, reuse }: TurnRun): void {
    this.#reuse = reuse ?? this.#reuse;
    this.#noteTold();
    turn.stopReason = outcome.stopReason;
    if (turn.answer) this.#transcript.answered(turn);
    this.#recorder?.answered(turn, outcome.stopReason);
    if (tokens.evicted > 0) this.#recorder?.evicted(this.#transcript.turns.filter(({ evicted }) => evicted));
    const slides = this.#parts.engine.facts.swaWindow > 0;
    this.#saving?.due({ isOutOfOrder: tokens.evicted > 0 || slides });
  }
}

function noSuch(what: string): KvchatError {
  return new KvchatError(`The chat has no such ${what}.`, { hint: "Count from 1.", exitCode: ExitCode.usage });
}
