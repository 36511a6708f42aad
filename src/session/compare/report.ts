// What a comparison of cache types says, as `kvchat compare --json` prints it. A contract: only add to it, or raise `schema`.
import { type KvType, typesName } from "../../cache/types.ts";

/** Of one figure a token. Natural logarithms: divergences are in nats. */
export interface Distribution {
  readonly mean: number;
  /** Standard error of the mean, each token taken as a draw of its own, as llama-perplexity does. */
  readonly stderr: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** How many tokens moved how far: bins on a logarithmic scale, the same for every row. */
export interface Histogram {
  /** In nats, the end of the first bin: what moved less is in there. */
  readonly lowest: number;
  readonly binsPerDecade: number;
  /** Tokens a bin. The last one has no end. */
  readonly tokens: readonly number[];
}

/** How far a cache's expectations lie from the baseline's on the same tokens. */
export interface Agreement {
  /** Kullback-Leibler divergence from the baseline, a token. Never more than the true one; see `missing`. */
  readonly kld: Distribution & { readonly histogram: Histogram };
  /**
   * Most that `kld.mean` can lack, because tokens outside of the baseline's most probable ones count as one: their share times
   * range² / 8 (Hoeffding's lemma), where no such token's log-probability moved farther than those that were read.
   */
  readonly missing: number;
  /** Share of tokens, 0 to 1, where both expect the same token first. */
  readonly topAgreement: number;
  readonly perplexity: number;
  readonly perplexityError: number;
  /** To the baseline's. */
  readonly perplexityRatio: number;
  readonly perplexityRatioError: number;
  /** Tokens scored. */
  readonly tokens: number;
}

/** A greedy answer, and where it departs from the baseline's. */
export interface Answer {
  readonly prompt: string;
  readonly text: string;
  readonly tokens: number;
  /** Index of the first token that differs from the baseline's; null where none does. */
  readonly firstDivergence: number | null;
  /** The text up to there is the same. */
  readonly sharedText: string;
}

export interface Quality extends Agreement {
  /** The same after the window has slid over half of the text; null where the model's cache cannot shift. */
  readonly afterEviction: Agreement | null;
  /** The smallest of the answers' first divergences; null where no answer departs. */
  readonly firstDivergence: number | null;
  readonly answers: readonly Answer[];
}

/** Medians over the rounds. A ratio above 1 is faster than the baseline, measured in the same round. */
export interface Speed {
  /** Tokens in the cache before. */
  readonly depth: number;
  readonly prefillPerSecond: number;
  readonly decodePerSecond: number;
  readonly prefillRatio: number;
  readonly decodeRatio: number;
  /** Lowest and highest ratio of all rounds. */
  readonly spread: { readonly prefill: readonly [number, number]; readonly decode: readonly [number, number] };
}

export interface Memory {
  readonly bytesPerToken: number;
  readonly bytesAtContext: number;
  /** What llama.cpp has allocated beside the cache, for batches of the size that chats use. */
  readonly computeBytes: number;
  /** Tokens of the largest context whose cache fits this machine now. */
  readonly maxContext: number;
}

export interface ComparedRow {
  readonly k: KvType;
  readonly v: KvType;
  readonly status: "ok" | "unsupported" | "failed";
  /** Null where it is ok. */
  readonly reason: string | null;
  readonly quality: Quality | null;
  readonly speed: readonly Speed[];
  readonly memory: Memory | null;
  readonly verdict: string | null;
}

export interface ComparisonReport {
  readonly schema: 1;
  /** False where it was interrupted: rows are missing. */
  readonly complete: boolean;
  readonly model: { readonly name: string; readonly path: string; readonly architecture: string };
  readonly machine: { readonly processor: string; readonly threads: number; readonly memoryBytes: number };
  readonly versions: { readonly kvchat: string; readonly nodeLlamaCpp: string; readonly llamaCpp: string };
  /** As `K/V`. */
  readonly baseline: string;
  readonly text: ComparedText;
  /** Nothing is drawn by chance; kept for later versions. */
  readonly seed: number;
  readonly flashAttention: "on" | "off" | "auto";
  /** What it computed on, such as `CPU` or `CUDA`. */
  readonly gpu: string;
  /** Whether llama.cpp rotates K and V of quantised caches (Hadamard), as it does unless LLAMA_ATTN_ROT_DISABLE is set. */
  readonly rotation: boolean;
  readonly rows: readonly ComparedRow[];
  /** As `K/V`; null where no row keeps the loss that is allowed. */
  readonly recommended: string | null;
}

export interface ComparedText {
  /** `built-in`, a file's name, `-` for piped text, or `session NAME`. */
  readonly source: string;
  /** Tokens read, of the tokens that the text has as far as it was needed. */
  readonly tokens: number;
  readonly contextSize: number;
  readonly chunks: number;
  /** How many of the baseline's most probable tokens are compared at each position, the others as one. */
  readonly topTokens: number;
}

export function pairName({ k, v }: { readonly k: KvType; readonly v: KvType }): string {
  return typesName({ typeK: k, typeV: v });
}
