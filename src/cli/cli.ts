// From arguments to a command and its exit code. Yargs reads all commands but `run`, and writes the help.

import { ExitCode, KvchatError } from "../session/errors.ts";
import { findCatalogModel } from "../session/models/catalog.ts";
import { quoted } from "../session/models/quoted.ts";
import { type CommandEntry, commands } from "./command-table.ts";
import { run } from "./commands/run.ts";
import { nearestHint } from "./nearest.ts";
import { readFlags } from "./settings/read-flags.ts";
import { knownFlags } from "./settings/run-flags.ts";

/** Throws KvchatError for what people did wrong. `signal` stops the command; its reason is the name of a signal. */
export async function runCli(args: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const [name = "--help", ...rest] = args.filter(
    (arg, index) => arg !== "--debug" || args[0] === "run" || index > end(args),
  );
  const help = async (command?: string) => {
    const { helpText } = await import("./help.ts");
    process.stdout.write(await helpText(commands, command));
    return ExitCode.done;
  };
  if (name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) return help();
  if (name === "help") return help(entryOf(rest[0] ?? "").name);
  const entry = entryOf(name);
  if (entry.load) {
    const { runYargs } = await import("./run-yargs.ts");
    const work = runYargs(await entry.load(), [name, ...rest]);
    // A download that is stopped tidies up and tells its own exit code; nothing else here is worth waiting for.
    return entry.keepsWhatIsDone || rest[0] === "pull" ? work : Promise.race([work, rejectionOf(signal)]);
  }
  const parsed = readFlags(rest, knownFlags);
  return parsed.flags.help === "true" ? help("run") : run(parsed, signal);
}

function end(args: readonly string[]): number {
  const index = args.indexOf("--");
  return index < 0 ? args.length : index;
}

function entryOf(name: string): CommandEntry {
  const entry = commands.find((command) => command.name === name);
  if (entry) return entry;
  if (name.startsWith("-")) {
    const isKnown = knownFlags.some((flag) => flag.names.includes(name.split("=")[0] ?? ""));
    throw new KvchatError(`${quoted(name)} stands where a command is expected.`, {
      hint: isKnown
        ? `Flags follow their command: kvchat run ${name} …`
        : `${nearestHint(name, ["--help", "--version"])}"kvchat --help" shows the commands.`,
      exitCode: ExitCode.usage,
    });
  }
  throw new KvchatError(`There is no command ${quoted(name)}.`, {
    hint: nearestCommand(name),
    exitCode: ExitCode.usage,
  });
}

function nearestCommand(name: string): string {
  if (/\s/.test(name)) return "To ask the default model, write: kvchat run -p PROMPT";
  if (findCatalogModel(name) || /\.gguf$/i.test(name)) return `To run a model, write: kvchat run ${name}`;
  const names = commands.map((command) => command.name);
  return `${nearestHint(name, names)}"kvchat --help" shows all: ${names.join(", ")}.`;
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}
