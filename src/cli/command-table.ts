// The commands of kvchat. A new one is a file in commands/ and an entry here.
import type { CommandModule } from "yargs";

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** The module with its subcommands; loaded only when it is called. Absent for `run`, which has a reader of its own. */
  readonly load?: () => Promise<CommandModule>;
  /** It hears a stop itself, keeps what is done, and sets the exit code. */
  readonly keepsWhatIsDone?: boolean;
}

export const commands: readonly CommandEntry[] = [
  { name: "run", summary: "Chat with a model, or answer a prompt" },
  {
    name: "sessions",
    summary: "List, show, search, fork and delete the chats kept",
    load: async () => (await import("./commands/sessions.ts")).sessionsCommand,
  },
  {
    name: "inspect",
    summary: "Tell what a model's KV cache takes before it is loaded",
    load: async () => (await import("./commands/inspect.ts")).inspectCommand as CommandModule,
  },
  {
    name: "explain",
    summary: "Show what the KV cache saves, step by step, on your model",
    load: async () => (await import("./commands/explain.ts")).explainCommand as CommandModule,
    keepsWhatIsDone: true,
  },
  {
    name: "compare",
    summary: "Measure what cache types cost and save, on your model",
    load: async () => (await import("./commands/compare.ts")).compareCommand as CommandModule,
    keepsWhatIsDone: true,
  },
  {
    name: "models",
    summary: "List, fetch, find and delete models",
    load: async () => (await import("./commands/models.ts")).modelsCommand,
  },
  {
    name: "config",
    summary: "Read and change the settings in the config file",
    load: async () => (await import("./commands/config.ts")).configCommand,
  },
  {
    name: "doctor",
    summary: "Tell what this machine has, and what is wrong",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
];
