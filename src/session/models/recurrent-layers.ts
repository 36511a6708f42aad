// Which layers of a model keep a recurrent state instead of K and V, or beside them, and how large that state is.
// Source: llama.cpp v0.5.0, llm_arch_is_recurrent and llm_arch_is_hybrid, src/models/*.cpp, llama_hparams::n_embd_r and n_embd_s.
import type { MetadataReader } from "./metadata-reader.ts";

export interface RecurrentFacts {
  /** True for recurrent and hybrid models: their state cannot be cut at a token. */
  readonly recurrent: boolean;
  /** One flag a layer; empty where none is recurrent, or where the rule of a hybrid is not known. */
  readonly recurrentLayers: readonly boolean[];
  /** Bytes of all their states, F32, whatever the context. */
  readonly recurrentStateBytes: number;
}

/** What makes a layer recurrent: all are; those that have no KV heads; all but each n-th. `other`: the layout is its own. */
type Rule = "all" | "without KV heads" | "other" | { readonly fullEvery: number };

const rules: Record<string, Rule> = {
  ...rulesFor("all", "mamba mamba2 rwkv6 rwkv6qwen2 rwkv7 arwkv7 falcon-h1"),
  ...rulesFor("without KV heads", "jamba plamo2 granitehybrid lfm2 lfm2moe nemotron_h nemotron_h_moe"),
  ...rulesFor("without KV heads", "kimi-linear bailingmoe3 kimi-k3"),
  ...rulesFor({ fullEvery: 4 }, "qwen3next qwen35 qwen35moe qwen4exp"),
  "minimax-01": { fullEvery: 8 },
  deepseek4: "other",
};

const withoutFeedForward = new Set(["nemotron_h", "nemotron_h_moe"]);
const bytesOfFloat = 4;

export function readRecurrent(read: MetadataReader, layers: number): RecurrentFacts {
  const rule = rules[read.architecture];
  const stateKeys = ["ssm.state_size", "wkv.head_size", "shortconv.l_cache"];
  const recurrent = rule !== undefined || stateKeys.some((key) => (read.own(key) ?? 0) > 0);
  if (rule === undefined || rule === "other") return { recurrent, recurrentLayers: [], recurrentStateBytes: 0 };
  const recurrentLayers = flagsOf(rule, read, layers);
  const count = recurrentLayers.filter(Boolean).length;
  return { recurrent, recurrentLayers, recurrentStateBytes: count * stateValues(read) * bytesOfFloat };
}

function flagsOf(rule: Exclude<Rule, "other">, read: MetadataReader, layers: number): boolean[] {
  const main = Math.min(layers, 1024) - (read.own("nextn_predict_layers") ?? 0);
  const indexes = Array.from({ length: Math.max(0, main) }, (_, index) => index);
  if (rule === "all") return indexes.map(() => true);
  if (rule !== "without KV heads") {
    const every = read.own("full_attention_interval") ?? rule.fullEvery;
    const named = read.flags("attention.recurrent_layers");
    return indexes.map((index) => (named ? (named[index] ?? false) : (index + 1) % every !== 0));
  }
  const kvHeads = read.perLayer("attention.head_count_kv", layers) ?? [];
  const feedForward = withoutFeedForward.has(read.architecture) ? read.perLayer("feed_forward_length", layers) : [];
  return indexes.map((index) => kvHeads[index] === 0 && (feedForward?.[index] ?? 0) === 0);
}

/** Values of one layer's state: what its convolution looks back on, and the state itself. */
function stateValues(read: MetadataReader): number {
  const own = (key: string) => read.own(key) ?? 0;
  const width = own("embedding_length");
  const [heads = 0] = read.perLayer("attention.head_count", 1) ?? [];
  const wkv = own("wkv.head_size");
  if (wkv > 0) return (read.own("token_shift_count") ?? 2) * width + width * wkv;
  const shortConvolution = own("shortconv.l_cache");
  if (shortConvolution > 0) return width * (shortConvolution - 1);
  const kernel = own("ssm.conv_kernel");
  const kda = own("kda.head_dim");
  if (kda > 0) return 3 * (kernel > 0 ? kernel - 1 : 3) * heads * kda + kda * kda * heads;
  if (read.architecture === "minimax-01") return (read.own("attention.key_length") ?? width / heads) ** 2 * heads;
  const [inner, state] = [own("ssm.inner_size"), own("ssm.state_size")];
  return Math.max(0, kernel - 1) * (inner + 2 * own("ssm.group_count") * state) + state * inner;
}

function rulesFor(rule: Rule, architectures: string): Record<string, Rule> {
  return Object.fromEntries(architectures.split(" ").map((name) => [name, rule]));
}
