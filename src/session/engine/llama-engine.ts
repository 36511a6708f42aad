// One context of llama.cpp behind the engine seam: evaluating, drawing tokens, moving cells, and its state as a file.
import { stat } from "node:fs/promises";
import type { Sampling } from "../sampling.ts";
import type { AddonContext, AddonModel, AddonSampler } from "./addon.ts";
import { AnswerSampler } from "./answer-sampler.ts";
import type { EngineFacts, Expectation, ScoreOptions, ScoringEngine, Token } from "./engine.ts";
import { nextBatch, smallestBatch } from "./next-batch.ts";
import { Scorer } from "./scorer.ts";

const sequence = 0;
/** A batch cannot be stopped: each is as large as can be evaluated in this time, so that Ctrl-C is answered soon. */
const batchMs = 1000;
/** Before it is known how fast this machine is. */
const firstBatch = 128;

export interface NativeParts {
  readonly model: AddonModel;
  readonly context: AddonContext;
  /** The model goes with the context. */
  readonly ownsModel: boolean;
  readonly makeSampler: () => AddonSampler;
  readonly makeRenderer: (template: string) => { render(variables: Record<string, unknown>): string };
}

export class LlamaEngine implements ScoringEngine {
  readonly facts: EngineFacts;
  readonly bosToken: Token | undefined;
  length = 0;
  #native: NativeParts;
  #renderers = new Map<string, { render(variables: Record<string, unknown>): string }>();
  #sampler: AnswerSampler | undefined;
  #scorer: Scorer | undefined;
  #logitIndex = 0;
  /** Cells were moved, and their K rows are rotated with the next evaluation only. */
  #shiftPending = false;
  #one = new Uint32Array(1);
  #lastIndex = new Uint32Array(1);

  constructor(facts: EngineFacts, native: NativeParts) {
    this.facts = facts;
    this.#native = native;
    this.bosToken = native.model.shouldPrependBosToken() ? native.model.tokenBos() : undefined;
  }

  tokenize(text: string, special: boolean): Token[] {
    return text === "" ? [] : Array.from(this.#native.model.tokenize(text, special));
  }

  detokenize(tokens: readonly Token[], special: boolean): string {
    return tokens.length === 0 ? "" : this.#native.model.detokenize(Uint32Array.from(tokens), special);
  }

  isEndOfGeneration(token: Token): boolean {
    return this.#native.model.isEogToken(token);
  }

  renderTemplate(template: string, variables: Record<string, unknown>): string {
    let renderer = this.#renderers.get(template);
    if (!renderer) {
      renderer = this.#native.makeRenderer(template);
      this.#renderers.set(template, renderer);
    }
    return renderer.render(variables);
  }

  firstCachedPosition(): number {
    return Math.max(0, this.#native.context.getSequenceKvCacheMinPosition(sequence));
  }

  truncate(length: number): boolean {
    if (length >= this.length) return true;
    if (length > 0 && this.facts.swaWindow > 0 && length - this.facts.swaWindow < this.firstCachedPosition()) {
      if (this.firstCachedPosition() > 0) return false;
    }
    if (!this.#native.context.removeTokenCellsFromSequence(sequence, length, -1)) return false;
    this.length = length;
    return true;
  }

  eraseAndShift(start: number, end: number): void {
    this.#native.context.removeTokenCellsFromSequence(sequence, start, end);
    this.#native.context.shiftSequenceTokenCells(sequence, end, this.length, start - end);
    if (end < this.length) this.#shiftPending = true;
    this.length -= end - start;
  }

  clear(): void {
    this.#native.context.disposeSequence(sequence);
    this.length = 0;
  }

  async saveState(path: string, tokens: readonly Token[]): Promise<void> {
    if (tokens.length !== this.length) throw new Error(`${tokens.length} tokens given, ${this.length} in the cache`);
    if (this.#shiftPending) throw new Error("cells were moved: evaluate a token before the state is saved");
    const bytes = await this.#native.context.saveSequenceStateToFile(path, sequence, Uint32Array.from(tokens));
    // A disk that is full in the last bytes goes unnoticed there.
    const { size } = await stat(path);
    if (size !== bytes) throw new Error(`${size} of ${bytes} bytes of the state were written: is the disk full?`);
  }

  async loadState(path: string): Promise<void> {
    this.clear();
    if (this.#shiftPending) await this.#settleShift();
    try {
      const { context } = this.#native;
      const tokens = await context.loadSequenceStateFromFile(path, sequence, this.facts.contextSize);
      this.length = tokens.length;
    } catch (error) {
      this.clear();
      throw error;
    }
  }

  /** A pending shift would otherwise run over the loaded rows, and round quantised ones anew. */
  async #settleShift(): Promise<void> {
    await this.#evaluate(Uint32Array.of(0));
    this.clear();
  }

  async *prefill(tokens: readonly Token[], signal?: AbortSignal): AsyncGenerator<number> {
    const most = this.facts.batchSize;
    let wanted = firstBatch;
    for (let done = 0; done < tokens.length; ) {
      if (signal?.aborted) return;
      const size = nextBatch(tokens.length - done, { most, wanted: Math.min(wanted, most) });
      const start = performance.now();
      await this.#evaluate(Uint32Array.from(tokens.slice(done, done + size)));
      wanted = Math.max(smallestBatch, Math.floor((size * batchMs) / (performance.now() - start)));
      done += size;
      yield done;
    }
  }

  async *score(tokens: readonly Token[], options: ScoreOptions): AsyncGenerator<Expectation> {
    this.#scorer ??= new Scorer(this.#native.context, this.#native.makeSampler);
    // Always the same batches: other ones round differently, and perplexity moves by some tenths of a percent.
    const size = this.facts.batchSize;
    for (let start = 0; start < tokens.length && !options.signal?.aborted; start += size) {
      const batch = Uint32Array.from(tokens.slice(start, start + size));
      const first = Math.max(0, options.from - start);
      if (first >= batch.length) {
        await this.#evaluate(batch);
        continue;
      }
      const logitIndexes = await this.#evaluate(batch, Uint32Array.from(batch.keys()).subarray(first));
      for (const [place, logitIndex] of logitIndexes.entries()) {
        yield await this.#scorer.read(logitIndex, start + first + place, options);
      }
    }
  }

  allocatedBytes(): number {
    const { cpuRam, gpuVram } = this.#native.context.getMemoryBreakdown();
    return cpuRam + gpuVram;
  }

  startSampling(sampling: Sampling, recent: readonly Token[], drawn = 0): void {
    this.#sampler?.[Symbol.dispose]();
    this.#sampler = new AnswerSampler(this.#native.makeSampler(), sampling, { recent, drawn });
  }

  async sample(): Promise<Token> {
    if (!this.#sampler) throw new Error("startSampling comes first");
    return this.#sampler.sample(this.#native.context, this.#logitIndex);
  }

  async decode(token: Token): Promise<void> {
    this.#one[0] = token;
    await this.#evaluate(this.#one);
  }

  /** One batch; logits are computed for its last token, or for `logitsOf`. Returns where the native module keeps them. */
  async #evaluate(tokens: Uint32Array, logitsOf = this.#lastOf(tokens)): Promise<Uint32Array> {
    const { context } = this.#native;
    context.initBatch(tokens.length);
    const logitIndexes = context.addToBatch(sequence, this.length, tokens, logitsOf);
    await context.decodeBatch();
    this.#shiftPending = false;
    this.#logitIndex = logitIndexes.at(-1) ?? 0;
    this.length += tokens.length;
    return logitIndexes;
  }

  #lastOf(tokens: Uint32Array): Uint32Array {
    this.#lastIndex[0] = tokens.length - 1;
    return this.#lastIndex;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sampler?.[Symbol.dispose]();
    this.#scorer?.[Symbol.dispose]();
    await this.#native.context.dispose();
    if (this.#native.ownsModel) await this.#native.model.dispose();
  }
}
