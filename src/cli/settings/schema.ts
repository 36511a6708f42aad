// Every setting of a conversation in one table: flags, environment, config file, checks and help are all read from it.
import { reasoningChoices } from "../../session/reasoning-variables.ts";
import { gpuChoices, kvTypes, windowPolicies } from "../../session/settings.ts";

export interface Setting {
  /** The long flag without dashes, the key in the config file, and `KVCHAT_` plus its upper case in the environment. */
  readonly key: string;
  readonly group: SettingGroup;
  /** Other flags, dashes included, as llama.cpp spells them. */
  readonly aliases?: readonly string[];
  readonly kind: SettingKind;
  /** What it is, in a few words, for `--help`. */
  readonly summary: string;
  readonly unit?: string;
  /** What holds where nothing is set: a value, or words where it depends. */
  readonly fallback: string;
}

export type SettingKind =
  | {
      readonly type: "integer" | "number";
      readonly min: number;
      readonly max: number;
      readonly words?: readonly string[];
    }
  | { readonly type: "boolean" }
  | { readonly type: "choice"; readonly choices: readonly string[] }
  | { readonly type: "kv" }
  /** A size, with or without a unit; its value is in bytes. */
  | { readonly type: "bytes" }
  | { readonly type: "text"; readonly placeholder: string };

export const settingGroups = ["Model", "Context", "Cache", "Sampling", "Machine", "Session", "Output"] as const;
export type SettingGroup = (typeof settingGroups)[number];

export const largestSeed = 2 ** 32 - 1;
const mostTokens = 2 ** 31 - 1;
const integer = (min: number, max: number, words?: readonly string[]): SettingKind => ({
  type: "integer",
  min,
  max,
  words,
});
const number = (min: number, max: number): SettingKind => ({ type: "number", min, max });
const choice = (choices: readonly string[]): SettingKind => ({ type: "choice", choices });
const text = (placeholder: string): SettingKind => ({ type: "text", placeholder });

export const settings = [
  {
    key: "model",
    group: "Model",
    aliases: ["-m"],
    kind: text("NAME"),
    summary: "short name, GGUF file or hf: URI",
    fallback: "smollm2",
  },
  {
    key: "profile",
    group: "Model",
    kind: text("NAME"),
    summary: "use the settings of a profile of the config file",
    fallback: "none",
  },
  {
    key: "system-prompt",
    group: "Model",
    aliases: ["-sys"],
    kind: text("TEXT"),
    summary: "what the model is told before the first turn",
    fallback: "none",
  },
  {
    key: "system-prompt-file",
    group: "Model",
    aliases: ["-sysf"],
    kind: text("FILE"),
    summary: "the same, from a file",
    fallback: "none",
  },
  {
    key: "reasoning",
    group: "Model",
    aliases: ["-rea"],
    kind: choice(reasoningChoices),
    summary: "let the model think before it answers; auto is as its chat template has it",
    fallback: "auto",
  },
  {
    key: "ctx-size",
    group: "Context",
    aliases: ["-c"],
    kind: integer(0, mostTokens),
    unit: "tokens",
    summary: "size of the context; 0 is what the model was trained on",
    fallback: "trained size, at most 8192, less where memory is short",
  },
  {
    key: "n-predict",
    group: "Context",
    aliases: ["-n", "--predict"],
    kind: integer(-1, mostTokens),
    unit: "tokens",
    summary: "most of one answer; -1 is no limit",
    fallback: "-1",
  },
  {
    key: "window",
    group: "Context",
    kind: choice(windowPolicies),
    summary: "what leaves the window when the context is full",
    fallback: "turns",
  },
  {
    key: "keep",
    group: "Context",
    kind: integer(-1, mostTokens),
    unit: "tokens",
    summary: "head that stays when the window slides; -1 is the first prompt",
    fallback: "0",
  },
  {
    key: "kv",
    group: "Cache",
    kind: { type: "kv" },
    summary: "cache type of K and V, or K/V",
    fallback: "f16",
  },
  {
    key: "cache-type-k",
    group: "Cache",
    aliases: ["-ctk"],
    kind: choice(kvTypes),
    summary: "cache type of K alone",
    fallback: "f16",
  },
  {
    key: "cache-type-v",
    group: "Cache",
    aliases: ["-ctv"],
    kind: choice(kvTypes),
    summary: "cache type of V alone",
    fallback: "f16",
  },
  {
    key: "flash-attn",
    group: "Cache",
    aliases: ["-fa"],
    kind: choice(["on", "off", "auto"]),
    summary: "flash attention; a quantised V needs it",
    fallback: "auto",
  },
  {
    key: "swa-full",
    group: "Cache",
    kind: { type: "boolean" },
    summary: "whole cache for models with a sliding window",
    fallback: "off",
  },
  {
    key: "cache-cap",
    group: "Cache",
    kind: { type: "bytes" },
    summary: "most that kept caches take on disk, such as 500 MB; the least recently used goes first",
    fallback: "10 GiB",
  },
  {
    key: "temp",
    group: "Sampling",
    aliases: ["--temperature"],
    kind: number(0, 100),
    summary: "temperature; 0 always takes the likeliest token",
    fallback: "the model's, else 0.8",
  },
  {
    key: "top-k",
    group: "Sampling",
    kind: integer(0, 1_000_000),
    summary: "only the k likeliest tokens; 0 is all",
    fallback: "the model's, else 40",
  },
  {
    key: "top-p",
    group: "Sampling",
    kind: number(0, 1),
    summary: "only the likeliest that sum to p; 1 is all",
    fallback: "the model's, else 0.95",
  },
  {
    key: "min-p",
    group: "Sampling",
    kind: number(0, 1),
    summary: "only those at least p times the likeliest; 0 is all",
    fallback: "the model's, else 0.05",
  },
  {
    key: "repeat-penalty",
    group: "Sampling",
    kind: number(0.01, 100),
    summary: "penalty on repeated tokens; 1 is off",
    fallback: "the model's, else 1",
  },
  {
    key: "seed",
    group: "Sampling",
    aliases: ["-s"],
    kind: integer(-1, largestSeed),
    summary: "same seed, same answer; -1 is random",
    fallback: "-1",
  },
  {
    key: "threads",
    group: "Machine",
    aliases: ["-t"],
    kind: integer(0, 512),
    summary: "CPU threads; 0 is the number of math cores",
    fallback: "0",
  },
  {
    key: "batch-size",
    group: "Machine",
    aliases: ["-b"],
    kind: integer(1, 65_536),
    unit: "tokens",
    summary: "most that are evaluated at once",
    fallback: "512",
  },
  {
    key: "gpu",
    group: "Machine",
    kind: choice(gpuChoices),
    summary: "what to compute on",
    fallback: "auto",
  },
  {
    key: "gpu-layers",
    group: "Machine",
    aliases: ["-ngl", "--n-gpu-layers"],
    kind: integer(0, 10_000, ["auto", "all"]),
    unit: "layers",
    summary: "how many to offload, or auto, or all",
    fallback: "auto",
  },
  {
    key: "mmap",
    group: "Machine",
    kind: { type: "boolean" },
    summary: "map the model file; --no-mmap reads it into memory",
    fallback: "on",
  },
  {
    key: "save",
    group: "Session",
    kind: { type: "boolean" },
    summary: "keep the chat as a session; --no-save leaves nothing on disk",
    fallback: "on",
  },
  {
    key: "plain",
    group: "Output",
    kind: { type: "boolean" },
    summary: "show answers in the chat as they are written, not as Markdown",
    fallback: "off",
  },
  {
    key: "screen-reader",
    group: "Output",
    kind: { type: "boolean" },
    summary: "a chat to be read aloud: sentences for gauges, whole lines, the cursor shown",
    fallback: "off",
  },
  {
    key: "motion",
    group: "Output",
    kind: { type: "boolean" },
    summary: "move the chat's counters as it works; --no-motion: once a second at most",
    fallback: "on",
  },
  {
    key: "bell",
    group: "Output",
    kind: integer(0, 86_400),
    unit: "seconds",
    summary: "ring in the chat when an answer took longer; 0 is never",
    fallback: "0",
  },
  {
    key: "quiet",
    group: "Output",
    kind: { type: "boolean" },
    summary: "nothing on stderr but errors",
    fallback: "off",
  },
  {
    key: "verbose",
    group: "Output",
    kind: { type: "boolean" },
    summary: "figures of each answer, beside it in the chat, else on stderr; and the engine's warnings",
    fallback: "off",
  },
  {
    key: "debug",
    group: "Output",
    kind: { type: "boolean" },
    summary: "everything of --verbose, all that the engine logs, and stacks of errors",
    fallback: "off",
  },
] as const satisfies readonly Setting[];

export type SettingKey = (typeof settings)[number]["key"];

export function findSetting(key: string): Setting | undefined {
  return settings.find((setting) => setting.key === key);
}

/** The environment variable of a setting: `KVCHAT_CTX_SIZE` for `ctx-size`. */
export function environmentName(key: string): string {
  return `KVCHAT_${key.toUpperCase().replaceAll("-", "_")}`;
}
