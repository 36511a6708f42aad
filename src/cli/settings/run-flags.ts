// The flags of `kvchat run`: those of the settings, and those that are about one run alone.
import type { Flag } from "./read-flags.ts";
import { type Setting, type SettingGroup, settings } from "./schema.ts";

export interface RunFlag {
  readonly key: string;
  readonly aliases: readonly string[];
  readonly group: SettingGroup | "Prompt" | "Session";
  /** Empty for a flag without a value. */
  readonly placeholder: string;
  readonly isOptional?: boolean;
  readonly summary: string;
}

export const runFlags: readonly RunFlag[] = [
  {
    key: "hf-repo",
    aliases: ["-hf", "-hfr"],
    group: "Model",
    placeholder: "USER/REPO[:QUANT]",
    summary: "a model of Hugging Face, as -m hf:USER/REPO:QUANT",
  },
  {
    key: "hf-file",
    aliases: ["-hff"],
    group: "Model",
    placeholder: "FILE",
    summary: "which file of it, in the place of QUANT",
  },
  {
    key: "prompt",
    aliases: ["-p"],
    group: "Prompt",
    placeholder: "TEXT",
    summary: "the prompt; piped text is added to it",
  },
  {
    key: "file",
    aliases: ["-f"],
    group: "Prompt",
    placeholder: "FILE",
    summary: "the same, from a file",
  },
  {
    key: "single-turn",
    aliases: ["-st"],
    group: "Prompt",
    placeholder: "",
    summary: "answer the prompt at a terminal, too, and exit",
  },
  {
    key: "turns",
    aliases: [],
    group: "Prompt",
    placeholder: "",
    summary: "each line of stdin is a turn of one conversation",
  },
  {
    key: "session",
    aliases: [],
    group: "Session",
    placeholder: "NAME",
    summary: "go on with the session of this name, or begin it",
  },
  {
    key: "resume",
    aliases: ["-r"],
    group: "Session",
    placeholder: "NAME",
    isOptional: true,
    summary: "go on with a session by name, id or the beginning of one; without NAME choose one, in a pipe the newest",
  },
  { key: "continue", aliases: [], group: "Session", placeholder: "", summary: "go on with the newest session" },
  { key: "json", aliases: [], group: "Output", placeholder: "", summary: "one JSON object for each answer" },
  {
    key: "jsonl",
    aliases: [],
    group: "Output",
    placeholder: "",
    summary: "all events as they come, a JSON object a line",
  },
  { key: "help", aliases: ["-h"], group: "Output", placeholder: "", summary: "show this help" },
];

export const knownFlags: readonly Flag[] = [
  ...(settings as readonly Setting[]).map(({ key, aliases = [], kind }) => ({
    key,
    names: [`--${key}`, ...aliases],
    isBoolean: kind.type === "boolean",
  })),
  ...runFlags.map(({ key, aliases, placeholder, isOptional }) => ({
    key,
    names: [`--${key}`, ...aliases],
    isBoolean: placeholder === "",
    isOptional,
  })),
];
