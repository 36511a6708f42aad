// A conversation with a model: its transcript, its KV cache, and one turn at a time.
import type { KvType } from "../cache/types.ts";
import { policies, type WindowPolicyName } from "../cache/window/index.ts";
import type { CacheCost } from "./cache-cost.ts";
import type { CacheReport } from "./cache-report.ts";
import { renderSaid } from "./chat-template.ts";
import type {
  BranchChoice,
  BranchPoint,
  CacheUsage,
  Conversation,
  HandedChat,
  Message,
  Reasoning,
  ReasoningEffect,
  Resumption,
  Sampling,
  SelectedBranch,
  SessionSource,
} from "./conversation-api.ts";
import type { ConversationParts } from "./conversation-parts.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import type { ConversationEvent, KvFacts } from "./events.ts";
import { KeptChat } from "./kept-chat.ts";
import { templateMark } from "./kv-record.ts";
import { KvSaving } from "./kv-saving.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import { ownSystemPrompt } from "./own-system-prompt.ts";
import { areInVocabulary, keepOwnTokens } from "./own-tokens.ts";
import { reasoningLimit, tokensReadAgain } from "./reasoning.ts";
import type { Recorder } from "./recorder.ts";
import { reportCache } from "./report-cache.ts";
import { stillTold } from "./still-told.ts";
import type { LoadedSession, SessionSettings } from "./store/session-record.ts";
import { TokenWindow } from "./token-window.ts";
import { Transcript } from "./transcript.ts";
import { keptMessages, unfinishedAnswer } from "./turn.ts";
import { reserveFor } from "./turn-run.ts";
import { TurnTaker } from "./turn-taker.ts";
import { currentBranch, unkeptTree } from "./unkept-session.ts";

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
  readonly #taker: TurnTaker;
  #sampling: Sampling;

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
    this.#taker = new TurnTaker({
      window: this.#window,
      transcript: this.#transcript,
      saving: this.#saving,
      parts: () => this.#parts,
      sampling: () => this.#sampling,
      facts: () => ({ model: this.model, session: this.session, kv: this.#kv }),
    });
    if (!recorder) return;
    this.sessions = new KeptChat({
      recorder,
      kept: async () => this.#saving?.finish(),
      renumber: (copy) => this.#restore(copy),
      beginAnew: () => this.#beginAnew(),
      resume: (session) => this.#goOver(session),
    });
    recorder.onProblem = ({ message: problem }) =>
      onEvent({ type: "saved", session: this.session, tokens: 0, blocks: 0, bytes: 0, problem });
  }

  get session(): string | null {
    return this.#recorder?.session?.name ?? null;
  }

  get modelFacts(): ModelFacts | undefined {
    return this.#parts.modelFacts;
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

  get ownSystemPrompt(): string {
    return ownSystemPrompt(this.#parts.engine, this.#parts.template);
  }

  get reasoning(): Reasoning {
    return this.#parts.template.reasoning ?? "auto";
  }

  get answerLimit(): number {
    return this.#parts.nPredict;
  }

  set answerLimit(nPredict: number) {
    this.#parts = { ...this.#parts, nPredict };
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

  countTokens(text: string): number {
    return this.#parts.engine.tokenize(text, false).length;
  }

  cacheReport(): Promise<CacheReport> {
    const { engine, keeper, recorder, nPredict, heldBytes, costs } = this.#parts;
    const { canShift, contextSize } = engine.facts;
    return reportCache({
      window: this.#window,
      chat: { ...this.#taker.told, now: this.#transcript.turnsInWindow },
      measures: { count: (text) => this.countTokens(text), heldBytes },
      reuse: this.#taker.reuse,
      notResumed: this.#taker.reuse ? undefined : this.#resumption?.reason,
      reserve: reserveFor(nPredict, contextSize),
      canShift,
      recorder,
      blocks: keeper?.store,
      types: costs?.ofAll() ?? [],
    });
  }

  get branches(): readonly BranchPoint[] {
    return this.#transcript.branches;
  }

  send(text: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    return this.#taker.send(text, signal);
  }

  async *regenerate(signal?: AbortSignal, seed = this.#sampling.seed + 1): AsyncGenerator<ConversationEvent> {
    if (this.#transcript.turns.length === 0) {
      throw new KvchatError("There is no answer yet.", { hint: "Ask something first.", exitCode: ExitCode.usage });
    }
    this.setSampling({ seed: seed % 2 ** 32 });
    yield* this.#taker.regenerate(signal);
  }

  edit(turn: number, text: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    return this.#taker.edit(turn, text, signal);
  }

  continueAnswer(signal?: AbortSignal): AsyncGenerator<ConversationEvent> {
    return this.#taker.continueAnswer(signal);
  }

  undo(): string | undefined {
    const turn = this.#transcript.turns.at(-1);
    if (turn) this.#taker.endWith(turn.parent);
    return turn?.user.content;
  }

  clear(): void {
    this.#taker.endWith(undefined);
    this.#window.beginAnew();
  }

  selectBranch(choice: BranchChoice): SelectedBranch {
    const end = this.#transcript.endOf(choice);
    if (!end)
      throw new KvchatError("The chat has no such branch.", { hint: "Count from 1.", exitCode: ExitCode.usage });
    this.#taker.endWith(end.answer ? end : end.parent);
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

  setReasoning(reasoning: Reasoning): ReasoningEffect {
    const { engine, template: before } = this.#parts;
    const after = { ...before, reasoning };
    this.#parts = { ...this.#parts, template: after };
    this.#keepSettings({ reasoning });
    const { cached } = this.#window;
    const again = tokensReadAgain(engine, this.#transcript.prompt, { before, after, cached });
    return { limit: reasoningLimit(engine, after), again };
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
    const { engine, template, modelFacts } = this.#parts;
    const size = modelFacts?.vocabularySize;
    keepOwnTokens(this.#transcript.firstTurns, { engine, size, template: template.source });
    const kept = this.#recorder?.kv;
    const most = kept ? undefined : engine.facts.contextSize;
    const said = renderSaid(engine, template, this.#transcript.prompt, most);
    const taken = await this.#saving?.resume(kept, said);
    this.#resumption = taken && { ...taken, unanswered };
    this.#taker.reuse = undefined;
    const { ledger } = this.#window;
    const isReadable = areInVocabulary(ledger.whole, size);
    this.#taker.noteTold(isReadable ? stillTold(ledger, this.#transcript.turnsInWindow, engine) : []);
  }

  setWindow(policyName: WindowPolicyName): void {
    this.#parts = { ...this.#parts, policyName };
    this.#window.policy = policies[policyName];
    this.#keepSettings({ window: policyName });
  }

  cacheCost(types: { typeK: KvType; typeV: KvType }): CacheCost {
    const { used, usedBytes, kv } = this.usage();
    return this.#parts.costs?.of(types, used) ?? { allocated: kv.bytes, held: usedBytes };
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

  async #beginAnew(): Promise<void> {
    this.#transcript.restore([], null);
    await this.bringBack();
  }

  async #goOver(loaded: LoadedSession): Promise<void> {
    const { systemPrompt, seed, settings } = loaded.session;
    const before = this.#sampling;
    const { temp: temperature = before.temperature, topK = before.topK, topP = before.topP } = settings;
    const { minP = before.minP, repeatPenalty = before.repeatPenalty, reasoning = this.reasoning } = settings;
    this.#parts = { ...this.#parts, template: { ...this.#parts.template, reasoning } };
    this.#sampling = { temperature, topK, topP, minP, repeatPenalty, seed };
    this.#transcript.systemPrompt = systemPrompt;
    if (settings.window) this.setWindow(settings.window);
    await this.resume(loaded);
  }

  #keepSettings(changes: Partial<SessionSettings>): void {
    const { settings } = this.#recorder?.facts ?? {};
    if (settings) this.#recorder?.changed({ settings: { ...settings, ...changes } });
  }

  /** With all branches, where they are kept. */
  #restore({ session, messages }: LoadedSession): string | undefined {
    return this.#transcript.restore(this.#recorder?.messages ?? messages, session.leaf);
  }

  get #kv(): KvFacts {
    const { kvBytes, contextSize } = this.#parts.engine.facts;
    return { typeK: this.#parts.typeK, typeV: this.#parts.typeV, bytes: kvBytes, contextSize };
  }
}
