// Recognises sound GGUF files that are no chat model: embeddings, projectors, adapters, vocabularies, damaged shapes.
import type { GgufHeader } from "./gguf.ts";
import type { ModelFacts } from "./model-facts.ts";
import { quoted } from "./quoted.ts";

/** Architectures of llama.cpp v0.5.0 that do not answer, by what they are instead. */
const otherPurposes: Record<string, readonly string[]> = {
  "an embedding model": [
    ..."bert modern-bert nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert".split(" "),
    ..."t5encoder gemma-embedding llama-embed".split(" "),
  ],
  "a vision or audio projector, which only works beside its language model": ["clip", "mmproj"],
  "an encoder-decoder model, which kvchat cannot run": ["t5"],
  "a speech model": ["wavtokenizer-dec", "qwen3tts", "pockettts"],
  "a diffusion model, which does not write word by word": ["dream", "llada", "llada-moe", "rnd1"],
  "a draft model, which only works beside its big one": ["eagle3", "dflash", "gemma4-assistant"],
  "a control vector": ["controlvector"],
};

const otherTypes: Record<string, string> = {
  adapter: "it is an adapter (LoRA), which only works on top of its base model",
  mmproj: "it is a vision or audio projector, which only works beside its language model",
  vocab: "it is a vocabulary without a model",
  imatrix: "it is an importance matrix, made for quantising",
  dataset: "it is a data set",
};

/** Past these llama.cpp aborts the process rather than refuse. */
const mostLayers = 512;
const mostExperts = 1024;

/** Why the model cannot chat, as a clause; undefined where nothing speaks against it. */
export function notForChat(headers: readonly GgufHeader[], facts: ModelFacts): string | undefined {
  return wrongPurpose(headers[0], facts) ?? lacksParts(headers, facts) ?? damagedShape(headers[0], facts);
}

function wrongPurpose(header: GgufHeader | undefined, facts: ModelFacts): string | undefined {
  const type = header?.metadata.get("general.type");
  const other = typeof type === "string" ? otherTypes[type] : undefined;
  if (other) return other;
  if (header?.metadata.has("adapter.type")) return otherTypes.adapter;
  for (const [purpose, architectures] of Object.entries(otherPurposes)) {
    if (architectures.includes(facts.architecture)) return `it is ${purpose} (${facts.architecture})`;
  }
  const pooling = header?.metadata.get(`${facts.architecture}.pooling_type`);
  const causal = header?.metadata.get(`${facts.architecture}.attention.causal`);
  if ((typeof pooling === "number" && pooling > 0) || causal === false) {
    return `it is an embedding model (${quoted(facts.architecture)} with ${causal === false ? "attention both ways" : "pooling"})`;
  }
  return undefined;
}

function lacksParts(headers: readonly GgufHeader[], facts: ModelFacts): string | undefined {
  const tensors = headers.reduce((total, header) => total + header.tensorCount, 0);
  const hasTokens = (headers[0]?.arrayLengths.get("tokenizer.ggml.tokens") ?? 0) > 0;
  if (tensors === 0) return hasTokens ? "it holds a vocabulary only, no weights" : "it holds no weights";
  if (!facts.architecture) return "it does not name its architecture";
  const tokenizer = headers[0]?.metadata.get("tokenizer.ggml.model");
  if (!hasTokens || typeof tokenizer !== "string" || tokenizer === "no_vocab") return "it has no tokenizer";
  return undefined;
}

function damagedShape(header: GgufHeader | undefined, facts: ModelFacts): string | undefined {
  const experts = header?.metadata.get(`${facts.architecture}.expert_count`) ?? 0;
  if (facts.layers < 1 || facts.layers > mostLayers) return `its metadata is damaged (${facts.layers} layers)`;
  if (facts.contextTrained < 1) return "its metadata is damaged (no context length)";
  if (facts.embeddingLength < 1) return "its metadata is damaged (no embedding length)";
  if (typeof experts === "number" && experts > mostExperts) return `its metadata is damaged (${experts} experts)`;
  return undefined;
}
