// `kvchat --help` and `kvchat run --help`, written from the tables of commands, settings and flags.
import type { Argv, CommandModule } from "yargs";
import yargs from "yargs";
import type { CommandEntry } from "./command-table.ts";
import { helpWidth, yargsHelp } from "./run-yargs.ts";
import { runFlags } from "./settings/run-flags.ts";
import { type Setting, settings } from "./settings/schema.ts";

/** All commands, or one of them. Ends in a newline. */
export async function helpText(commands: readonly CommandEntry[], name?: string): Promise<string> {
  const entry = commands.find((command) => command.name === name);
  if (entry?.load) return `${await yargsHelp(await entry.load(), [entry.name])}\n`;
  return `${entry ? singleDashes(await yargsHelp(runCommand, ["run"])) : await rootHelp(commands)}\n`;
}

async function rootHelp(commands: readonly CommandEntry[]): Promise<string> {
  const parser = yargs()
    .scriptName("kvchat")
    .locale("en")
    .version("version", "Show the versions of kvchat and what it runs on", "")
    .usage("Usage: kvchat COMMAND\n\nLocal chat whose conversations own their KV cache.")
    .epilogue(
      [
        "kvchat run                                a chat with the default model",
        'kvchat run smollm2 "Why is the sky blue?" a chat that begins with a question',
        'git diff | kvchat run -p "Say what changed:" > answer.txt',
        "",
        '"kvchat COMMAND --help" shows the flags of a command.',
      ].join("\n"),
    )
    .wrap(helpWidth());
  for (const { name, summary, load } of commands) parser.command(load ? name : `${name} [model] [prompt..]`, summary);
  return parser.getHelp();
}

const usage = [
  "kvchat run [model] [prompt..]",
  "",
  "Chat with a model, or answer a prompt. The first word without a flag is the model, the rest is the prompt; with --model all of it is the prompt.",
  "",
  "With a terminal on both sides it is a chat. Where stdin or stdout is none, it answers the prompt, to which piped text is joined, and ends.",
  "",
  "Each setting can also come from the environment (KVCHAT_CTX_SIZE for --ctx-size) or the config file (kvchat config); a flag goes first.",
];

const runCommand: CommandModule = {
  command: "run",
  builder: (parser) => describeFlags(parser.usage(usage.join("\n"))),
  handler: () => {},
};

function describeFlags(parser: Argv): Argv {
  const describeRunFlags = (when: (group: string) => boolean) => {
    for (const { key, aliases, group, summary } of runFlags.filter((flag) => flag.key !== "help" && when(flag.group))) {
      parser.option(key, { alias: aliases.map(undashed), group: `${group}:`, describe: summary });
    }
  };
  describeRunFlags((group) => group === "Prompt");
  for (const setting of settings as readonly Setting[]) {
    const { key, aliases = [], group } = setting;
    parser.option(key, { alias: aliases.map(undashed), group: `${group}:`, describe: describeSetting(setting) });
  }
  describeRunFlags((group) => group !== "Prompt");
  return parser.group("help", "Output:");
}

/** What it is, what it takes, and what holds without it: one line of the help. */
export function describeSetting(setting: Setting): string {
  const takes = describeKind(setting);
  return `${setting.summary} (${[takes, `default: ${setting.fallback}`].filter(Boolean).join("; ")})`;
}

function describeKind({ kind, unit }: Setting): string {
  switch (kind.type) {
    case "choice":
      return kind.choices.join(", ");
    case "integer":
    case "number": {
      const range = kind.max >= 2 ** 31 - 1 ? `from ${kind.min}` : `${kind.min} to ${kind.max}`;
      return [unit, range].filter(Boolean).join(", ");
    }
    default:
      return "";
  }
}

function undashed(flag: string): string {
  return flag.replace(/^-+/, "");
}

/** llama.cpp's flags of several letters take one dash; yargs would show two. The column keeps its width. */
function singleDashes(help: string): string {
  return help.replace(/ --(ngl|ctk|ctv|fa|sys|sysf)\b(,?.*? {2}|,?)/g, " -$1$2 ");
}
