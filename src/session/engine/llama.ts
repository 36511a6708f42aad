// llama.cpp behind the engine seam, through the native module of node-llama-cpp.
import { stat } from "node:fs/promises";
import { contextBytes, type KvShape } from "../../cache/budget.ts";
import { ggmlType, type KvType } from "../../cache/types.ts";
import { ExitCode, KvchatError } from "../errors.ts";
import { quoted } from "../models/quoted.ts";
import type { Sampling } from "../sampling.ts";
import type { Addon, AddonContext, AddonModel, AddonSampler } from "./addon.ts";
import { AnswerSampler } from "./answer-sampler.ts";
import type { Engine, EngineFacts, Expectation, LoadedModel, ScoreOptions, ScoringEngine, Token } from "./engine.ts";
import type { LoadedAddon } from "./load-addon.ts";
import { nextBatch, smallestBatch } from "./next-batch.ts";
import { Scorer } from "./scorer.ts";

export interface ModelOptions {
  readonly modelPath: string;
  readonly architecture: string;
  readonly shape: KvShape;
  /** The model rotates several positions at once (M-RoPE), which no K-shift can move. */
  readonly multiRope: boolean;
  readonly gpuLayers: number;
  readonly mmap: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: "model" | "context", fraction: number) => void;
  readonly onNativeLog?: (level: string, message: string) => void;
}

export interface ContextOptions {
  readonly contextSize: number;
  readonly batchSize: number;
  readonly threads?: number;
  readonly typeK: KvType;
  readonly typeV: KvType;
  readonly flashAttention: "on" | "off" | "auto";
  readonly swaFull: boolean;
}

export type EngineOptions = ModelOptions & ContextOptions;

const sequence = 0;
/** A batch cannot be stopped: each is as large as can be evaluated in this time, so that Ctrl-C is answered soon. */
const batchMs = 1000;
/** Before it is known how fast this machine is. */
const firstBatch = 128;
const logLevels = ["", "fatal", "error", "warn", "info", "log", "debug"];
/** Their caches cannot move cells (llama-kv-cache*.cpp, get_can_shift). */
const architecturesWithoutShift = new Set(["step35", "deepseek4"]);

/** A model with the one context of a conversation; the two go together. */
export async function openEngine(llama: LoadedAddon, options: EngineOptions): Promise<Engine> {
  const model = await loadModel(llama, options);
  const engine = await openContext(llama, model, { ...options, ownsModel: true });
  options.onProgress?.("context", 1);
  return engine;
}

/** A model for several contexts, one after the other or side by side. */
export async function openModel(llama: LoadedAddon, options: ModelOptions): Promise<LoadedModel<ContextOptions>> {
  const model = await loadModel(llama, options);
  return {
    openContext: (context) => openContext(llama, model, { ...options, ...context, ownsModel: false }),
    [Symbol.asyncDispose]: () => model.dispose(),
  };
}

async function loadModel({ addon, backend }: LoadedAddon, options: ModelOptions): Promise<AddonModel> {
  if (options.onNativeLog) {
    addon.setLogger((level, message) => options.onNativeLog?.(logLevels[level] ?? "log", message));
    addon.setLoggerLogLevel(logLevels.length - 1);
  }
  await addon.init();
  const model = new addon.AddonModel(options.modelPath, {
    addonExports: addon,
    gpuLayers: backend === "CPU" ? 0 : options.gpuLayers,
    useMmap: options.mmap,
    hasLoadAbortSignal: true,
    onLoadProgress: (fraction: number) => options.onProgress?.("model", fraction),
  });
  const abortLoad = () => model.abortActiveModelLoad();
  options.signal?.addEventListener("abort", abortLoad);
  const loaded = await model.init().finally(() => options.signal?.removeEventListener("abort", abortLoad));
  options.signal?.throwIfAborted();
  if (!loaded) {
    throw new KvchatError(`llama.cpp cannot load ${quoted(options.modelPath)}.`, {
      hint: "The file may be damaged or need a newer llama.cpp; run again with --verbose to see its own words.",
      exitCode: ExitCode.notFound,
    });
  }
  return model;
}

async function openContext(
  { addon, backend }: LoadedAddon,
  model: AddonModel,
  options: EngineOptions & Pick<NativeParts, "ownsModel">,
): Promise<LlamaEngine> {
  const context = await createContext(addon, model, options);
  const recurrent = addon.getIsArchRecurrent(options.architecture) || addon.getIsArchHybrid(options.architecture);
  const facts: EngineFacts = {
    backend,
    gpuLayers: backend === "CPU" ? 0 : options.gpuLayers,
    contextSize: options.contextSize,
    kvBytes: contextBytes(options.shape, options, options.contextSize),
    batchSize: options.batchSize,
    canShift: !recurrent && !options.multiRope && !cannotShift(options) && !canForget(options),
    swaWindow: canForget(options) ? options.shape.slidingWindow : 0,
  };
  return new LlamaEngine(facts, {
    model,
    context,
    ownsModel: options.ownsModel,
    makeSampler: () => new addon.AddonSampler(model),
    makeRenderer: (t) => new addon.AddonJinjaRenderer(t),
  });
}

/** Rows of BF16 cannot be rotated (ggml-cpu/ops.cpp, ggml_compute_forward_rope): a shift would end the process. */
function cannotShift({ architecture, typeK }: EngineOptions): boolean {
  return architecturesWithoutShift.has(architecture) || typeK === "bf16";
}

/**
 * Whether sliding layers may overwrite cells that have left their window: after a K-shift they do so even where they have
 * as many cells as the context (llama-kv-cache.cpp, find_slot), and a later shift or cut would miss them.
 */
function canForget({ shape, contextSize }: EngineOptions): boolean {
  return shape.layers.some((layer) => layer.sliding) && contextSize > shape.slidingWindow;
}

async function createContext(addon: Addon, model: AddonModel, options: EngineOptions): Promise<AddonContext> {
  const context = new addon.AddonContext(model, {
    contextSize: Math.ceil(options.contextSize / 256) * 256,
    batchSize: options.batchSize,
    sequences: 1,
    flashAttention: options.flashAttention === "auto" ? "auto" : options.flashAttention === "on",
    threads: options.threads ?? addon.getMathCores(),
    kvCacheKeyType: ggmlType(options.typeK),
    kvCacheValueType: ggmlType(options.typeV),
    swaFullCache: options.swaFull,
  });
  const created = await context.init().catch(() => false);
  if (created) return context;
  throw new KvchatError(
    `llama.cpp could not create a context of ${options.contextSize} tokens with a ${options.typeK}/${options.typeV} cache.`,
    {
      hint: "Try a smaller --ctx-size, or --kv f16; run again with --verbose to see its own words.",
      exitCode: ExitCode.outOfRoom,
    },
  );
}

interface NativeParts {
  readonly model: AddonModel;
  readonly context: AddonContext;
  /** The model goes with the context. */
  readonly ownsModel: boolean;
  readonly makeSampler: () => AddonSampler;
  readonly makeRenderer: (template: string) => { render(variables: Record<string, unknown>): string };
}

class LlamaEngine implements ScoringEngine {
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
