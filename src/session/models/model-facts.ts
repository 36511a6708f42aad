// What kvchat needs to know of a model before the engine reads it: shapes for the cache budget, template, sampling.
import { basename } from "node:path";
import { type GgufHeader, type GgufScalar, readGguf } from "./gguf.ts";
import { splitPartPaths } from "./split-parts.ts";

/** What the GGUF itself recommends; absent where it says nothing. */
export interface RecommendedSampling {
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  repeatPenalty?: number;
}

export interface ModelFacts {
  /** The file to load; of a split model its first part. */
  path: string;
  name: string;
  architecture: string;
  /** Weights in all parts. */
  parameters: number;
  /** Bytes of all parts. */
  fileBytes: number;
  /** Tokens of context the model was trained on. */
  contextTrained: number;
  layers: number;
  heads: number;
  /** K/V heads of each layer; 0 in a layer that keeps no K and V. */
  kvHeads: number[];
  headSizeK: number;
  headSizeV: number;
  embeddingLength: number;
  vocabularySize: number;
  /** Tokens that sliding-window layers see; 0 where the model has none. */
  slidingWindow: number;
  /** Which layers slide, where the file says: every n-th does not, or one flag a layer. */
  slidingWindowPattern?: number | boolean[];
  /** Head sizes of the sliding layers where they differ. */
  headSizeKSliding?: number;
  headSizeVSliding?: number;
  /** The last layers that reuse an earlier layer's K and V. */
  sharedKvLayers: number;
  /** True for recurrent and hybrid models: their state cannot be cut at a token. */
  recurrent: boolean;
  /** True where positions have several parts (M-RoPE): the cells of such a cache cannot move. */
  multiRope: boolean;
  chatTemplate?: string;
  bosTokenId?: number;
  eosTokenId?: number;
  sampling: RecommendedSampling;
  /** Number of files; 1 for a model in one piece. */
  parts: number;
}

/** As in llm_arch_is_recurrent and llm_arch_is_hybrid of llama.cpp v0.5.0, by the architecture's name in the file. */
const recurrentArchitectures = new Set(
  `mamba mamba2 rwkv6 rwkv6qwen2 rwkv7 arwkv7 jamba falcon-h1 plamo2 granitehybrid lfm2 lfm2moe nemotron_h nemotron_h_moe
   qwen3next kimi-linear bailingmoe3 kimi-k3 qwen35 qwen35moe qwen4exp deepseek4 minimax-01`.split(/\s+/),
);

/** Reads a sound GGUF at `path`; throws what `readGguf` throws. For files a person named use `checkChatModel`. */
export async function readModelFacts(path: string): Promise<ModelFacts> {
  const first = await readGguf(path);
  const others = first.split ? await Promise.all(splitPartPaths(path).slice(1).map(readGguf)) : [];
  return modelFacts(path, [first, ...others]);
}

/** The facts of a model from the headers of its parts, the first part first. */
export function modelFacts(path: string, headers: readonly [GgufHeader, ...GgufHeader[]]): ModelFacts {
  const read = new MetadataReader(headers[0]);
  const layers = read.own("block_count") ?? 0;
  const headCounts = read.perLayer("attention.head_count", layers) ?? [];
  const heads = Math.max(0, ...headCounts);
  const embeddingLength = read.own("embedding_length") ?? 0;
  const headSize = heads > 0 ? Math.floor(embeddingLength / heads) : 0;
  return {
    path,
    name: read.text("general.name") || basename(path).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, ""),
    architecture: read.architecture,
    parameters: sum(headers.map((header) => header.parameters)),
    fileBytes: sum(headers.map((header) => header.fileBytes)),
    contextTrained: read.own("context_length") ?? 0,
    layers,
    heads,
    kvHeads: read.perLayer("attention.head_count_kv", layers) ?? headCounts,
    headSizeK: read.own("attention.key_length") ?? headSize,
    headSizeV: read.own("attention.value_length") ?? headSize,
    embeddingLength,
    vocabularySize: headers[0].arrayLengths.get("tokenizer.ggml.tokens") ?? read.own("vocab_size") ?? 0,
    slidingWindow: read.own("attention.sliding_window") ?? 0,
    slidingWindowPattern: read.slidingWindowPattern(),
    headSizeKSliding: read.own("attention.key_length_swa"),
    headSizeVSliding: read.own("attention.value_length_swa"),
    sharedKvLayers: read.own("attention.shared_kv_layers") ?? 0,
    recurrent: read.isRecurrent(),
    multiRope: read.perLayer("rope.dimension_sections", 4) !== undefined,
    chatTemplate: read.text("tokenizer.chat_template") || undefined,
    bosTokenId: read.number("tokenizer.ggml.bos_token_id"),
    eosTokenId: read.number("tokenizer.ggml.eos_token_id"),
    sampling: read.sampling(),
    parts: headers.length,
  };
}

/** Typed access to metadata, where a value of the wrong type counts as absent. */
class MetadataReader {
  readonly architecture: string;
  readonly #header: GgufHeader;

  constructor(header: GgufHeader) {
    this.#header = header;
    this.architecture = this.text("general.architecture") ?? "";
  }

  text(key: string): string | undefined {
    const value = this.#header.metadata.get(key);
    return typeof value === "string" ? value : undefined;
  }

  number(key: string): number | undefined {
    const value = this.#header.metadata.get(key);
    return typeof value === "number" ? value : undefined;
  }

  /** A number under the architecture's own prefix. */
  own(key: string): number | undefined {
    return this.number(`${this.architecture}.${key}`);
  }

  /** One number for each layer, from an array or from one number for all. */
  perLayer(key: string, layers: number): number[] | undefined {
    const value = this.#header.metadata.get(`${this.architecture}.${key}`);
    if (Array.isArray(value)) return value.filter(isNumber).slice(0, layers);
    // A wild layer count must not become a wild allocation; llama.cpp takes at most 512.
    return isNumber(value) ? new Array<number>(Math.min(layers, 1024)).fill(value) : undefined;
  }

  slidingWindowPattern(): number | boolean[] | undefined {
    const value = this.#header.metadata.get(`${this.architecture}.attention.sliding_window_pattern`);
    if (Array.isArray(value)) return value.map(Boolean);
    return isNumber(value) ? value : undefined;
  }

  isRecurrent(): boolean {
    const stateKeys = ["ssm.state_size", "wkv.head_size", "shortconv.l_cache"];
    return recurrentArchitectures.has(this.architecture) || stateKeys.some((key) => (this.own(key) ?? 0) > 0);
  }

  sampling(): RecommendedSampling {
    const recommended = {
      temperature: this.number("general.sampling.temp"),
      topK: this.number("general.sampling.top_k"),
      topP: this.number("general.sampling.top_p"),
      minP: this.number("general.sampling.min_p"),
      repeatPenalty: this.number("general.sampling.penalty_repeat"),
    };
    return Object.fromEntries(Object.entries(recommended).filter(([, value]) => value !== undefined));
  }
}

function isNumber(value: GgufScalar | GgufScalar[] | undefined): value is number {
  return typeof value === "number";
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
