// Models of a few layers with weights of zero, whose caches have the shapes that no small real model has. llama.cpp loads them
// and allocates; what they would say is of no interest. Tensors as in llama.cpp v0.5.0, src/models/*.cpp, load_arch_tensors.
import type { GgufContent, WriterTensor, WriterValue } from "./gguf-writer.ts";

type Own = Record<string, WriterValue>;
/** Shapes by the tensor's name; a name without a dot gets `.weight`. */
type Shapes = Record<string, number[]>;

const width = 64;
const feedForward = 64;
const experts = 2;
const tokens = ["<unk>", "<s>", "</s>", "▁", "a", "b", "c", "d"];
const epsilon = { type: "f32", value: 1e-5 } as const;
const linear = (inputs: number, outputs: number) => [inputs, outputs];
const dense: Shapes = {
  ffn_norm: [width],
  ffn_gate: linear(width, feedForward),
  ffn_up: linear(width, feedForward),
  ffn_down: linear(feedForward, width),
};
const mixture: Shapes = {
  ffn_gate_inp: linear(width, experts),
  ffn_gate_exps: [width, feedForward, experts],
  ffn_up_exps: [width, feedForward, experts],
  ffn_down_exps: [feedForward, width, experts],
};

function attention(heads: number, kvHeads: number, headSize: number): Shapes {
  return {
    attn_norm: [width],
    attn_q: linear(width, heads * headSize),
    attn_k: linear(width, kvHeads * headSize),
    attn_v: linear(width, kvHeads * headSize),
    attn_output: linear(heads * headSize, width),
  };
}

function model(architecture: string, own: Own, layers: readonly Shapes[], lastNorm = "output_norm"): GgufContent {
  const all: Own = {
    context_length: 4096,
    embedding_length: width,
    feed_forward_length: feedForward,
    block_count: layers.length,
    "attention.layer_norm_rms_epsilon": epsilon,
    ...own,
  };
  const named = (name: string) => (name.includes(".") || /ssm_[ad]$/.test(name) ? name : `${name}.weight`);
  const tensors: WriterTensor[] = layers.flatMap((shapes, index) =>
    Object.entries(shapes).map(([name, shape]) => ({ name: `blk.${index}.${named(name)}`, shape })),
  );
  return {
    metadata: {
      "general.architecture": architecture,
      ...Object.fromEntries(Object.entries(all).map(([key, value]) => [`${architecture}.${key}`, value])),
      "tokenizer.ggml.model": "llama",
      "tokenizer.ggml.tokens": tokens,
      "tokenizer.ggml.scores": { type: "f32", value: tokens.map(() => 0) },
      "tokenizer.ggml.token_type": { type: "i32", value: [2, 3, 3, 1, 1, 1, 1, 1] },
    },
    tensors: [
      { name: "token_embd.weight", shape: linear(width, tokens.length) },
      { name: `${lastNorm}.weight`, shape: [width] },
      ...tensors,
    ],
  };
}

const heads = (count: number, kvHeads: WriterValue, headSize: number): Own => ({
  "attention.head_count": count,
  "attention.head_count_kv": kvHeads,
  "attention.key_length": headSize,
  "attention.value_length": headSize,
});
const mixed: Own = { expert_count: experts, expert_used_count: 1, expert_feed_forward_length: feedForward };
const times = (count: number, layer: (index: number) => Shapes) =>
  Array.from({ length: count }, (_, index) => layer(index));

/** Multi-head latent attention: rows of 64 + 32 values. */
function latent(): GgufContent {
  const [rank, rope, queries] = [64, 32, 32];
  const own: Own = {
    ...heads(4, 1, rank + rope),
    ...mixed,
    "attention.value_length": rank,
    "attention.key_length_mla": 64,
    "attention.value_length_mla": 32,
    "attention.q_lora_rank": queries,
    "attention.kv_lora_rank": rank,
    "rope.dimension_count": rope,
    leading_dense_block_count: 3,
    expert_shared_count: 1,
  };
  const layer: Shapes = {
    attn_norm: [width],
    attn_q_a_norm: [queries],
    attn_kv_a_norm: [rank],
    attn_q_a: linear(width, queries),
    attn_q_b: linear(queries, 4 * 64),
    attn_kv_a_mqa: linear(width, rank + rope),
    attn_k_b: [64 - rope, rank, 4],
    attn_v_b: [rank, 32, 4],
    attn_output: linear(4 * 32, width),
    ...dense,
  };
  return model(
    "deepseek2",
    own,
    times(3, () => layer),
  );
}

/** Short convolutions, and attention where there are KV heads. */
function shortConvolutions(): GgufContent {
  const kvHeads = [0, 2, 0, 2];
  const own: Own = { ...heads(4, kvHeads, 16), "shortconv.l_cache": 513 };
  const convolution = (): Shapes => ({
    attn_norm: [width],
    "shortconv.conv.weight": linear(513, width),
    "shortconv.in_proj.weight": linear(width, 3 * width),
    "shortconv.out_proj.weight": linear(width, width),
  });
  const attending = (): Shapes => ({ ...attention(4, 2, 16), attn_q_norm: [16], attn_k_norm: [16] });
  const layers = kvHeads.map((count) => ({ ...(count ? attending() : convolution()), ...dense }));
  return model("lfm2", own, layers, "token_embd_norm");
}

const states: Own = {
  "ssm.conv_kernel": 4,
  "ssm.inner_size": 512,
  "ssm.state_size": 64,
  "ssm.group_count": 4,
  "ssm.time_step_rank": 8,
};

function recurrent(): GgufContent {
  const mixedSize = 512 + 2 * 4 * 64;
  const layer: Shapes = {
    attn_norm: [width],
    ssm_in: linear(width, 512 + mixedSize + 8),
    ssm_conv1d: linear(4, mixedSize),
    "ssm_conv1d.bias": [mixedSize],
    "ssm_dt.bias": [8],
    ssm_a: [1, 8],
    ssm_d: [1, 8],
    ssm_norm: [128, 4],
    ssm_out: linear(512, width),
  };
  return model(
    "mamba2",
    { ...states, "attention.head_count": 0 },
    times(3, () => layer),
  );
}

/** Gated delta nets; each fourth layer attends. */
function deltaNets(): GgufContent {
  const keys = 64 * 4;
  const shared: Shapes = {
    ...mixture,
    ffn_gate_inp_shexp: [width],
    ffn_gate_shexp: linear(width, feedForward),
    ffn_up_shexp: linear(width, feedForward),
    ffn_down_shexp: linear(feedForward, width),
    post_attention_norm: [width],
  };
  const net = (): Shapes => ({
    attn_norm: [width],
    attn_qkv: linear(width, 2 * keys + 512),
    attn_gate: linear(width, 512),
    ssm_conv1d: linear(4, 2 * keys + 512),
    "ssm_dt.bias": [8],
    ssm_a: [8],
    ssm_ba: linear(width, 16),
    ssm_norm: [64],
    ssm_out: linear(512, width),
  });
  const attending = (): Shapes => ({
    ...attention(4, 2, 64),
    attn_q: linear(width, 2 * 4 * 64),
    attn_q_norm: [64],
    attn_k_norm: [64],
  });
  const own = { ...heads(4, 2, 64), ...states, ...mixed, expert_shared_feed_forward_length: feedForward };
  return model(
    "qwen3next",
    own,
    times(8, (index) => ({ ...(index % 4 === 3 ? attending() : net()), ...shared })),
  );
}

/** The first of each four layers sees everything. */
function fullFirst(): GgufContent {
  const own = { ...heads(4, 2, 64), ...mixed, "attention.sliding_window": 512, expert_gating_func: 1 };
  return model(
    "smallthinker",
    own,
    times(5, () => ({ ...attention(4, 2, 64), ffn_norm: [width], ...mixture })),
  );
}

/** Heads of other sizes in sliding layers, and last layers that reuse the cache of earlier ones. */
function sharedLayers(): GgufContent {
  const sliding = [true, true, true, false, true, false];
  const own: Own = {
    ...heads(4, [2, 2, 2, 1, 2, 1], 128),
    "attention.key_length_swa": 64,
    "attention.value_length_swa": 64,
    "attention.sliding_window": 256,
    "attention.sliding_window_pattern": { type: "bool", value: sliding },
    "attention.shared_kv_layers": 2,
    embedding_length_per_layer_input: 0,
  };
  const layers = sliding.map((slides, index): Shapes => {
    const [kvHeads, size] = slides ? [2, 64] : [1, 128];
    const norms = { attn_q_norm: [size], attn_k_norm: [size], post_attention_norm: [width], post_ffw_norm: [width] };
    const frequencies: Shapes = index === 3 ? { rope_freqs: [size / 2] } : {};
    return { ...attention(4, kvHeads, size), ...norms, ...frequencies, ...dense };
  });
  const { tensors = [], ...content } = model("gemma4", own, layers);
  const renamed = tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(/^blk\.\d+\.rope/, "rope") }));
  return { ...content, tensors: renamed };
}

/** By what is special in their caches. */
export const tinyModels: Record<string, GgufContent> = {
  "multi-head latent attention": latent(),
  "short convolutions beside attention": shortConvolutions(),
  "recurrent layers alone": recurrent(),
  "delta nets, each fourth layer attends": deltaNets(),
  "the first of four layers sees everything": fullFirst(),
  "sliding heads of another size, shared layers": sharedLayers(),
};
