// An engine without a model, at the engine seam: its cache is an array of tokens, a token is a character or a `<|mark|>`,
// and it answers what a test tells it to. It refuses what would damage a real cache.
import { readFileSync, writeFileSync } from "node:fs";
import { policies, type WindowPolicyName } from "../../src/cache/window/index.ts";
import { ChatConversation } from "../../src/session/conversation.ts";
import type { Sampling } from "../../src/session/conversation-api.ts";
import type { ConversationParts } from "../../src/session/conversation-parts.ts";
import type { Engine, EngineFacts, Token } from "../../src/session/engine/engine.ts";
import type { KvKeeper } from "../../src/session/kv-keeper.ts";
import { stateBytes } from "./state-bytes.ts";

export interface FakeEngineOptions {
  readonly facts?: Partial<EngineFacts>;
  /** Whether the cache can be cut to its first tokens; no for recurrent models. */
  readonly canCut?: boolean;
  readonly bos?: boolean;
  /** Its states are those of a model without flash attention, which are kept whole. */
  readonly isTransposed?: boolean;
  /** Stands for the template's interpreter. */
  readonly render?: (variables: TemplateVariables) => string;
  /** What the model says to what stands in the cache; by default, what `answers` has next. */
  readonly answer?: (cells: readonly Token[], sampling: Sampling) => string;
}

export interface TemplateVariables {
  readonly messages: readonly {
    readonly role: string;
    readonly content: string;
    readonly reasoning_content?: string;
  }[];
  readonly bos_token: string;
  readonly enable_thinking?: boolean;
}

/** Above all code points. */
const firstMark = 0x110000;
const marks = ["<|begin|>", "<|end_of_answer|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"];
const markPattern = /<\|\w+\|>|<\/?think>/g;
const [bosToken, endOfAnswer] = [firstMark, firstMark + 1];

export function renderChatml({ messages }: TemplateVariables): string {
  const said = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
  return `${said.join("")}<|im_start|>assistant\n`;
}

export class FakeEngine implements Engine {
  readonly facts: EngineFacts;
  readonly bosToken: Token | undefined;
  /** The cache, one token a position. */
  cells: Token[] = [];
  /** Queued answers. */
  readonly answers: string[] = [];
  /** The next call of this kind throws, and leaves a cell that nobody asked for. */
  failure: "prefill" | "sample" | "decode" | undefined;
  /** Settings of the sampling under way. */
  sampling: Sampling | undefined;
  isDisposed = false;
  /** What was done with whole states. */
  readonly states: ("saved" | "loaded")[] = [];
  #rest: Token[] = [];
  readonly #options: FakeEngineOptions;

  constructor(options: FakeEngineOptions = {}) {
    this.#options = options;
    this.bosToken = options.bos ? bosToken : undefined;
    this.facts = {
      backend: "CPU",
      gpuLayers: 0,
      contextSize: 256,
      kvBytes: 256,
      batchSize: 16,
      canShift: true,
      swaWindow: 0,
      ...options.facts,
    };
  }

  tokenize(text: string, special: boolean): Token[] {
    const characters = (part: string) => Array.from(part, (character) => character.codePointAt(0) as Token);
    if (!special) return characters(text);
    const found = [...text.matchAll(markPattern)].filter(([mark]) => marks.includes(mark));
    let position = 0;
    const tokens = found.flatMap((match) => {
      const before = characters(text.slice(position, match.index));
      position = match.index + match[0].length;
      return [...before, firstMark + marks.indexOf(match[0])];
    });
    return [...tokens, ...characters(text.slice(position))];
  }

  detokenize(tokens: readonly Token[], special: boolean): string {
    return tokens
      .map((token) => (token < firstMark ? String.fromCodePoint(token) : special ? marks[token - firstMark] : ""))
      .join("");
  }

  isEndOfGeneration(token: Token): boolean {
    return token === endOfAnswer;
  }

  renderTemplate(_template: string, variables: Record<string, unknown>): string {
    return (this.#options.render ?? renderChatml)(variables as unknown as TemplateVariables);
  }

  get length(): number {
    return this.cells.length;
  }

  firstCachedPosition(): number {
    return 0;
  }

  truncate(length: number): boolean {
    if (length < 0) throw new Error(`cut to ${length} tokens`);
    if (length >= this.cells.length) return true;
    if (this.#options.canCut === false) return false;
    this.cells.length = length;
    return true;
  }

  eraseAndShift(start: number, end: number): void {
    if (!this.facts.canShift) throw new Error("these cells cannot be shifted");
    if (start < 0 || start >= end || end > this.cells.length) {
      throw new Error(`erased [${start}, ${end}) of ${this.cells.length}`);
    }
    this.cells.splice(start, end - start);
  }

  clear(): void {
    this.cells = [];
  }

  async saveState(path: string, tokens: readonly Token[]): Promise<void> {
    if (tokens.join() !== this.cells.join()) throw new Error("other tokens than the cache holds");
    this.states.push("saved");
    const positions = [...tokens.keys()];
    const section = { typeK: "f16", typeV: "f16", layers: [[32, 32]], positions } as const;
    const transposed = this.#options.isTransposed ? 1 : 0;
    writeFileSync(path, stateBytes({ tokens, sections: [{ ...section, transposed }] }));
  }

  async loadState(path: string): Promise<void> {
    this.clear();
    this.states.push("loaded");
    const file = readFileSync(path);
    this.#append(Array.from({ length: file.readUInt32LE(8) }, (_, index) => file.readInt32LE(12 + index * 4)));
  }

  async *prefill(tokens: readonly Token[], signal?: AbortSignal): AsyncGenerator<number> {
    const { batchSize } = this.facts;
    for (let done = 0; done < tokens.length; ) {
      if (signal?.aborted) return;
      this.#failIn("prefill");
      const batch = tokens.slice(done, done + batchSize);
      this.#append(batch);
      done += batch.length;
      yield done;
    }
  }

  startSampling(sampling: Sampling, _recentTokens: readonly Token[]): void {
    this.sampling = sampling;
    const answer = this.#options.answer?.(this.cells, sampling) ?? this.answers.shift() ?? "Yes.";
    this.#rest = [...this.tokenize(answer, true), endOfAnswer];
  }

  async sample(): Promise<Token> {
    this.#failIn("sample");
    return this.#rest.shift() ?? endOfAnswer;
  }

  async decode(token: Token): Promise<void> {
    this.#failIn("decode");
    this.#append([token]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isDisposed = true;
  }

  #append(tokens: readonly Token[]): void {
    if (tokens.some((token) => token === undefined)) throw new Error("a token is missing");
    if (this.cells.length + tokens.length > this.facts.contextSize) throw new Error("the cache overflows");
    this.cells.push(...tokens);
  }

  #failIn(where: NonNullable<FakeEngine["failure"]>): void {
    if (this.failure !== where) return;
    this.failure = undefined;
    this.cells.push(-1);
    throw new Error(`llama_decode failed in ${where}`);
  }
}

export const defaultSampling = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1, seed: 7 };

export interface FakeChatOptions extends FakeEngineOptions {
  readonly policy?: WindowPolicyName;
  readonly parts?: Partial<ConversationParts>;
  /** Keeps this engine's cache. */
  readonly keep?: (engine: FakeEngine) => KvKeeper;
}

/** A conversation over such an engine. */
export function openFakeChat({ policy = "turns", parts, keep, ...options }: FakeChatOptions = {}) {
  const engine = new FakeEngine(options);
  const chat = new ChatConversation({
    engine,
    template: { source: "", bosText: "", eosText: "" },
    policy: policies[policy],
    policyName: policy,
    model: "fake",
    typeK: "f16",
    typeV: "f16",
    heldBytes: (tokens) => tokens,
    notices: [],
    sampling: defaultSampling,
    systemPrompt: "",
    keep: 0,
    nPredict: -1,
    loadMs: 0,
    keeper: keep?.(engine),
    ...parts,
  });
  /** What the cache holds, as text. */
  const cached = () => engine.detokenize(engine.cells, true);
  return { engine, chat, cached };
}
