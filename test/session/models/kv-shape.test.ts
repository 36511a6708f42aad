// The cache of models that no test can run: headers as their makers write them, and bytes by hand from llama.cpp's source.
import { describe, expect, test } from "vitest";
import { bytesPerToken, contextBytes, type KvConfig } from "../../../src/cache/budget.ts";
import type { KvType } from "../../../src/cache/types.ts";
import { readGgufHead } from "../../../src/session/models/gguf.ts";
import { isShapeExact, kvShape } from "../../../src/session/models/kv-shape.ts";
import { type ModelFacts, modelFacts } from "../../../src/session/models/model-facts.ts";
import { chatGguf, ggufBytes, type WriterValue } from "../../helpers/gguf-writer.ts";

type Own = Record<string, WriterValue>;

/** Facts from a header whose keys, but for the architecture's name before them, are `own`. */
function factsOf(architecture: string, own: Own): ModelFacts {
  const changes = Object.fromEntries(Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value]));
  const bytes = ggufBytes(chatGguf({ [`${architecture}.embedding_length`]: 2048, ...changes }, architecture));
  return modelFacts("model.gguf", [readGgufHead(bytes, bytes.length)]);
}

function config(typeK: KvType = "f16", typeV = typeK): KvConfig {
  return { typeK, typeV, batchSize: 512, swaFull: false };
}

const heads = (layers: number, count: number, countKv: number | number[], size: number): Own => ({
  block_count: layers,
  "attention.head_count": count,
  "attention.head_count_kv": countKv,
  "attention.key_length": size,
  "attention.value_length": size,
});
const mla: Own = { "attention.key_length_mla": 192, "attention.value_length_mla": 128 };
const deepseek = { ...heads(27, 16, 1, 576), "attention.value_length": 512 };
/** Three layers without a KV head, then one with eight; four times. */
const everyFourth = Array.from({ length: 16 }, (_, index) => (index % 4 === 3 ? 8 : 0));
const deltaNet: Own = {
  "ssm.conv_kernel": 4,
  "ssm.inner_size": 4096,
  "ssm.state_size": 128,
  "ssm.group_count": 16,
};

describe("bytes of a token in f16", () => {
  test.each<[string, string, Own, number]>([
    ["GQA: 32 layers of 8 heads of 128", "llama", heads(32, 32, 8, 128), 32 * 8 * 128 * 2 * 2],
    ["MHA where the file names no KV heads", "llama", { block_count: 4, "attention.head_count": 16 }, 4 * 2048 * 2 * 2],
    ["MLA keeps one row of 576", "deepseek2", { ...deepseek, ...mla }, 27 * 576 * 2],
    ["an old file of it, K and V in full", "deepseek2", heads(27, 16, 16, 192), 27 * 16 * 192 * 2 * 2],
    [
      "DeepSeek 3.2: an indexer's key beside each row",
      "deepseek32",
      { ...deepseek, ...mla, "attention.indexer.key_length": 128 },
      27 * (576 + 128) * 2,
    ],
    [
      "layers that predict further tokens keep none",
      "glm4moe",
      { ...heads(47, 96, 8, 128), nextn_predict_layers: 1 },
      46 * 8 * 128 * 2 * 2,
    ],
    [
      "hybrid, every fourth layer attends",
      "qwen3next",
      { ...heads(48, 16, 2, 256), ...deltaNet },
      12 * 2 * 256 * 2 * 2,
    ],
    [
      "hybrid that names another interval",
      "qwen35",
      { ...heads(48, 16, 2, 256), ...deltaNet, full_attention_interval: 6 },
      8 * 2 * 256 * 2 * 2,
    ],
    ["hybrid by KV heads", "granitehybrid", { ...heads(16, 32, everyFourth, 64), ...deltaNet }, 4 * 8 * 64 * 2 * 2],
    ["attention and a state in every layer", "falcon-h1", { ...heads(36, 8, 2, 64), ...deltaNet }, 36 * 2 * 64 * 2 * 2],
    ["recurrent alone", "mamba2", { block_count: 24, "attention.head_count": 0, ...deltaNet }, 0],
    [
      "Gemma 3n: 20 layers, the rest reuse them",
      "gemma3n",
      { ...heads(35, 8, 2, 256), "attention.sliding_window": 512 },
      20 * 2 * 256 * 2 * 2,
    ],
    [
      "Gemma 4: heads of their own in sliding layers, the last ones shared",
      "gemma4",
      {
        ...heads(6, 8, [2, 2, 1, 2, 2, 1], 512),
        "attention.key_length_swa": 256,
        "attention.value_length_swa": 256,
        "attention.sliding_window": 512,
        "attention.sliding_window_pattern": { type: "bool", value: [true, true, false, true, true, false] },
        "attention.shared_kv_layers": 2,
      },
      (3 * 2 * 256 + 1 * 1 * 512) * 2 * 2,
    ],
  ])("%s", (_, architecture, own, bytes) => {
    expect(bytesPerToken(kvShape(factsOf(architecture, own)), config())).toBe(bytes);
  });

  test("MLA in other types, with nothing for V", () => {
    const shape = kvShape(factsOf("deepseek2", { ...deepseek, ...mla }));
    expect(bytesPerToken(shape, config("q8_0", "f32"))).toBe((27 * 576 * 34) / 32);
  });
});

describe("which layers slide", () => {
  const slides = (architecture: string, own: Own) => {
    const { layers, slidingWindow } = kvShape(factsOf(architecture, { ...heads(8, 8, 8, 64), ...own }));
    return { slidingWindow, full: layers.flatMap(({ sliding }, index) => (sliding ? [] : [index])) };
  };
  const window = { "attention.sliding_window": 128 };
  const all = [0, 1, 2, 3, 4, 5, 6, 7];
  const none = { slidingWindow: 0, full: all };

  test.each<[string, string, Own, { slidingWindow: number; full: number[] }]>([
    ["GPT-OSS: each second sees all", "gpt-oss", window, { slidingWindow: 128, full: [1, 3, 5, 7] }],
    ["Gemma 3: each sixth", "gemma3", window, { slidingWindow: 128, full: [5] }],
    ["Gemma 3 without a window", "gemma3", {}, none],
    ["Gemma 2, whose file may not say", "gemma2", {}, { slidingWindow: 4096, full: [1, 3, 5, 7] }],
    ["the first of four, and its window is fixed", "smallthinker", window, { slidingWindow: 4096, full: [0, 4] }],
    ["the first of four", "cohere2moe", window, { slidingWindow: 128, full: [0, 4] }],
    [
      "a period in the file",
      "cohere2",
      { ...window, "attention.sliding_window_pattern": 2 },
      { slidingWindow: 128, full: [1, 3, 5, 7] },
    ],
    [
      "flags in the file",
      "mimo2",
      { ...window, "attention.sliding_window_pattern": [0, 1, 1, 1, 0, 1, 1, 1] },
      { slidingWindow: 128, full: [0, 4] },
    ],
    ["Llama 4 without a word", "llama4", {}, { slidingWindow: 8192, full: [3, 7] }],
    ["Llama 4 that says no", "llama4", { "attention.sliding_window": 0 }, none],
    ["EXAONE 4 only with 64 layers", "exaone4", window, none],
    ["Phi 3: named and not used", "phi3", window, none],
    ["Mistral: named and not used", "llama", window, none],
  ])("%s", (_, architecture, own, expected) => {
    expect(slides(architecture, own)).toEqual(expected);
  });
});

describe("states of recurrent layers", () => {
  const convolution = 3 * (4096 + 2 * 16 * 128);
  const delta = 4 * (convolution + 128 * 4096);

  test.each<[string, string, Own, number]>([
    ["gated delta net in 36 of 48 layers", "qwen3next", { ...heads(48, 16, 2, 256), ...deltaNet }, 36 * delta],
    ["all layers beside their attention", "falcon-h1", { ...heads(36, 8, 2, 64), ...deltaNet }, 36 * delta],
    ["layers without KV heads", "jamba", { ...heads(16, 32, everyFourth, 64), ...deltaNet }, 12 * delta],
    [
      "not those that only feed forward",
      "nemotron_h",
      { ...heads(4, 32, [0, 8, 0, 0], 64), ...deltaNet, feed_forward_length: [0, 0, 64, 0] },
      2 * delta,
    ],
    ["short convolutions", "lfm2", { ...heads(16, 32, everyFourth, 64), "shortconv.l_cache": 3 }, 12 * 4 * 2048 * 2],
    [
      "RWKV",
      "rwkv6",
      { block_count: 24, "attention.head_count": 0, "wkv.head_size": 64 },
      24 * 4 * (2 * 2048 + 2048 * 64),
    ],
    [
      "KDA",
      "kimi-linear",
      { ...heads(16, 32, everyFourth, 64), ...mla, "ssm.conv_kernel": 4, "kda.head_dim": 128 },
      12 * 4 * (3 * 3 * 32 * 128 + 128 * 128 * 32),
    ],
    ["none", "llama", heads(32, 32, 8, 128), 0],
  ])("%s", (_, architecture, own, bytes) => {
    const facts = factsOf(architecture, own);
    expect(facts.recurrentStateBytes).toBe(bytes);
    const shape = kvShape(facts);
    expect(contextBytes(shape, config(), 256)).toBe(bytes + 256 * bytesPerToken(shape, config()));
    expect(isShapeExact(facts)).toBe(true);
  });
});

test.each(["deepseek4", "minimax-m3"])("%s is known not to be known", (architecture) => {
  expect(isShapeExact(factsOf(architecture, heads(4, 8, 1, 64)))).toBe(false);
});
