// What kvchat needs to know of a model before the engine reads it: shapes for the cache budget, template, sampling.
import { basename } from "node:path";
import { type GgufHeader, readGguf } from "./gguf.ts";
import { MetadataReader } from "./metadata-reader.ts";
import { type RecurrentFacts, readRecurrent } from "./recurrent-layers.ts";
import { fallbackWindow } from "./sliding-layers.ts";
import { splitPartPaths } from "./split-parts.ts";

/** What the GGUF itself recommends; absent where it says nothing. */
export interface RecommendedSampling {
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  repeatPenalty?: number;
}

export interface ModelFacts extends RecurrentFacts {
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
  /** Tokens that sliding-window layers see; 0 where the model has none. Whether llama.cpp uses it: `kvShape`. */
  slidingWindow: number;
  /** Which layers slide, where the file says: every n-th does not, or one flag a layer. */
  slidingWindowPattern?: number | boolean[];
  /** Head sizes of the sliding layers where they differ. */
  headSizeKSliding?: number;
  headSizeVSliding?: number;
  /** The last layers that reuse an earlier layer's K and V. */
  sharedKvLayers: number;
  /** The last layers that predict tokens further on (MTP); `layers` counts them, and a chat leaves them unused. */
  predictLayers: number;
  /** K and V compressed into one row (multi-head latent attention). */
  isMla: boolean;
  /** Size of the key by which sparse attention finds tokens; 0 where there is none. */
  indexerHeadSize: number;
  /** True where positions have several parts (M-RoPE): the cells of such a cache cannot move. */
  multiRope: boolean;
  chatTemplate?: string;
  bosTokenId?: number;
  eosTokenId?: number;
  sampling: RecommendedSampling;
  /** Number of files; 1 for a model in one piece. */
  parts: number;
}

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
  const vocabularySize = headers[0].arrayLengths.get("tokenizer.ggml.tokens") ?? read.own("vocab_size") ?? 0;
  /** As llama.cpp, which passes over a token that the vocabulary does not have. */
  const specialToken = (key: string) => {
    const id = read.number(`tokenizer.ggml.${key}`);
    return id !== undefined && id < vocabularySize ? id : undefined;
  };
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
    vocabularySize,
    slidingWindow: read.own("attention.sliding_window") ?? fallbackWindow(read.architecture),
    slidingWindowPattern: slidingWindowPattern(read),
    headSizeKSliding: read.own("attention.key_length_swa"),
    headSizeVSliding: read.own("attention.value_length_swa"),
    sharedKvLayers: read.own("attention.shared_kv_layers") ?? 0,
    predictLayers: read.own("nextn_predict_layers") ?? 0,
    isMla: ["key_length_mla", "value_length_mla"].every((key) => (read.own(`attention.${key}`) ?? 0) > 0),
    indexerHeadSize: read.own("attention.indexer.key_length") ?? 0,
    ...readRecurrent(read, layers),
    multiRope: read.perLayer("rope.dimension_sections", 4) !== undefined,
    chatTemplate: read.text("tokenizer.chat_template") || undefined,
    bosTokenId: specialToken("bos_token_id"),
    eosTokenId: specialToken("eos_token_id"),
    sampling: samplingOf(read),
    parts: headers.length,
  };
}

function slidingWindowPattern(read: MetadataReader): number | boolean[] | undefined {
  const key = "attention.sliding_window_pattern";
  return read.flags(key) ?? read.own(key);
}

function samplingOf(read: MetadataReader): RecommendedSampling {
  const recommended = {
    temperature: read.number("general.sampling.temp"),
    topK: read.number("general.sampling.top_k"),
    topP: read.number("general.sampling.top_p"),
    minP: read.number("general.sampling.min_p"),
    repeatPenalty: read.number("general.sampling.penalty_repeat"),
  };
  return Object.fromEntries(Object.entries(recommended).filter(([, value]) => value !== undefined));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
