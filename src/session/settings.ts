// Everything that decides how a conversation runs, resolved from flags, environment, profile, model settings and defaults.

import { type KvType, kvTypes } from "../cache/types.ts";
import { policies, type WindowPolicyName } from "../cache/window/index.ts";
import type { Reasoning } from "./reasoning-variables.ts";

export { type KvType, kvTypes, type WindowPolicyName };
export const windowPolicies = Object.keys(policies) as WindowPolicyName[];

export const gpuChoices = ["auto", "cuda", "metal", "vulkan", "off"] as const;
export type GpuChoice = (typeof gpuChoices)[number];

export interface ConversationSettings {
  /** Absolute path of the (first) GGUF file. */
  modelPath: string;
  /** The name the user knows the model by. */
  modelName: string;
  /** Tokens; undefined: what the model was trained on, at most 8192, less where memory is short. */
  ctxSize?: number;
  batchSize: number;
  /** CPU threads; undefined: as many as llama.cpp finds math cores. */
  threads?: number;
  /** Most tokens of one answer; -1: no limit. */
  nPredict: number;
  /** -1: a random one. */
  seed: number;
  /** Sampling that the user set; what is absent comes from the GGUF, then from llama.cpp's defaults. */
  temp?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  repeatPenalty?: number;
  /** First tokens to keep when the window slides, the system prompt at the least; -1: the whole first prompt. */
  keep: number;
  cacheTypeK: KvType;
  cacheTypeV: KvType;
  flashAttention: "on" | "off" | "auto";
  /** Layers to offload; undefined: as many as fit. */
  gpuLayers?: number;
  gpu: GpuChoice;
  swaFull: boolean;
  mmap: boolean;
  window: WindowPolicyName;
  systemPrompt: string;
  reasoning: Reasoning;
  /** Native log lines go to this function; undefined: nowhere. */
  onNativeLog?: (level: string, message: string) => void;
}
