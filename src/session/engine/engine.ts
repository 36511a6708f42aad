// The seam to llama.cpp: one model, one context, one sequence. Positions and lengths are in tokens.
// Everything above works on token ids; only llama.ts knows what runs them.
import type { Sampling } from "../sampling.ts";

export type Token = number;

export interface EngineFacts {
  /** `CPU`, `CUDA`, `Metal` or `Vulkan`. */
  readonly backend: string;
  readonly gpuLayers: number;
  /** Most tokens that the sequence may hold; the cells allocated may be up to 255 more. */
  readonly contextSize: number;
  /** Bytes of the KV cache as allocated. */
  readonly kvBytes: number;
  readonly batchSize: number;
  /** Whether cells may move to another position (K-shift); no for M-RoPE, recurrent and pruned SWA caches, and K in BF16. */
  readonly canShift: boolean;
  /** Tokens that a sliding-window layer looks back; 0 where the model has none, or keeps them all. */
  readonly swaWindow: number;
}

export interface Engine extends AsyncDisposable {
  readonly facts: EngineFacts;
  readonly bosToken: Token | undefined;

  /** With `special`, text such as `<|im_end|>` becomes its control token; without, it stays text. */
  tokenize(text: string, special: boolean): Token[];
  detokenize(tokens: readonly Token[], special: boolean): string;
  isEndOfGeneration(token: Token): boolean;
  /** Renders a Jinja template with llama.cpp's own interpreter. Throws an Error with the template's message. */
  renderTemplate(template: string, variables: Record<string, unknown>): string;

  /** Tokens in the cache: positions `0 … length - 1`. */
  readonly length: number;
  /** Lowest position whose cells are all present; above 0 only where a sliding-window cache was pruned. */
  firstCachedPosition(): number;
  /** Drops the positions from `length` on. False: this cache cannot be cut there; it is then unchanged. */
  truncate(length: number): boolean;
  /** Drops `[start, end)` and moves what follows down by K-shift. Only where `facts.canShift`. */
  eraseAndShift(start: number, end: number): void;
  clear(): void;

  /**
   * Writes the cache as llama.cpp's sequence-state file; `tokens` are all that it holds. Throws after `eraseAndShift` until a
   * token has been evaluated: the rows that moved are rotated only then, and the file would be silently wrong.
   */
  saveState(path: string, tokens: readonly Token[]): Promise<void>;
  /**
   * Puts a saved state in the place of what the cache holds. There are no logits to sample from until a token is evaluated.
   * The file must have been checked: a damaged one ends the process. Throws, with the cache empty, where llama.cpp refuses it.
   */
  loadState(path: string): Promise<void>;

  /** Appends tokens in batches; yields how many are done after each. Stops between batches when `signal` is aborted. */
  prefill(tokens: readonly Token[], signal?: AbortSignal): AsyncIterable<number>;
  /**
   * Starts a run of sampling. `recentTokens`: those that the repeat penalty looks at. `drawn`: tokens of the answer that were sampled
   * before; it goes on as if they had been now.
   */
  startSampling(sampling: Sampling, recentTokens: readonly Token[], drawn?: number): void;
  /** Samples from the logits of the token evaluated last. */
  sample(): Promise<Token>;
  /** Appends one token. */
  decode(token: Token): Promise<void>;
}

/** What the model expects behind one token, in natural logarithms of probabilities. */
export interface Expectation {
  /** Where in the tokens given to `score` it stands. */
  readonly index: number;
  /** The most probable tokens, the likeliest first. */
  readonly tokens: Uint32Array;
  readonly logProbs: Float64Array;
  /** Of the tokens that were asked for, in their order. */
  readonly wanted: Float64Array;
}

export interface ScoreOptions {
  /** The first index whose expectation is wanted. */
  readonly from: number;
  /** How many of the most probable tokens to tell. */
  readonly top: number;
  /** Tokens whose probabilities are wanted behind the token at `index`. */
  readonly wanted: (index: number) => ArrayLike<Token>;
  readonly signal?: AbortSignal;
}

/** An engine whose expectations can be read, for measurements. */
export interface ScoringEngine extends Engine {
  /** Appends tokens as `prefill` does; yields what is expected behind each from `from` on. Stops when `signal` is aborted. */
  score(tokens: readonly Token[], options: ScoreOptions): AsyncIterable<Expectation>;
  /** Bytes of cache and compute buffers together, as llama.cpp has allocated them. */
  allocatedBytes(): number;
}

/** A model whose weights are loaded once, for several contexts. */
export interface LoadedModel<ContextOptions> extends AsyncDisposable {
  /** Throws KvchatError where llama.cpp cannot create it. Dispose of it before the model. */
  openContext(options: ContextOptions): Promise<ScoringEngine>;
}
