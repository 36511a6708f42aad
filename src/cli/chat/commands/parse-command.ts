// Whether an input is a slash command, which, and what is said of one that is none.
import { nearName } from "../../nearest.ts";
import { elsewhere } from "./elsewhere.ts";
import { commandsBeginning, findCommand, otherNames } from "./find-command.ts";
import type { SlashCommand } from "./slash-command.ts";
import { slashCommands } from "./slash-commands.ts";

/** These need no slash where they are all of the input. */
const bare: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "?": "/help",
    exit: "/quit",
    quit: "/quit",
    ".exit": "/quit",
    ".quit": "/quit",
  }),
);

/** Words to the model: Qwen 3 knows them as switches of thinking. `/no_think` is no name of a command. */
const words: ReadonlySet<string> = new Set(["think"]);

export interface ParsedCommand {
  readonly command: SlashCommand | undefined;
  readonly name: string;
  readonly argument: string;
  /** Where the argument begins in what is typed. */
  readonly argumentAt: number;
}

/** A command is a slash and a name at the very start; paths such as `/usr/bin`, comments and indented text are messages. */
export function parseCommand(text: string): ParsedCommand | undefined {
  const match = /^\/([a-z][a-z-]*|\?)(?:\s+([\s\S]*))?$/i.exec(bare.get(text.trim().toLowerCase()) ?? text);
  if (!match?.[1]) return undefined;
  const name = match[1].toLowerCase();
  if (words.has(name)) return undefined;
  const argument = match[2] ?? "";
  const argumentAt = text.length - argument.length;
  return { command: findCommand(name, slashCommands), name, argument: argument.trim(), argumentAt };
}

/** One line about a name that is no command. */
export function describeUnknown(name: string): string {
  const known = elsewhere.get(name);
  if (known !== undefined) return `No /${name}: ${known}`;
  const several = commandsBeginning(name, slashCommands);
  if (several.length > 0) return `/${name} may be ${several.map((command) => `/${command.name}`).join(" ")}`;
  const near = nearCommand(name);
  return near === undefined ? `No /${name}; /help lists the commands` : `No /${name}; did you mean /${near}?`;
}

/** One that it begins with, or else one that it is a slip of. */
function nearCommand(name: string): string | undefined {
  const all = slashCommands.flatMap((command) => [command.name, ...otherNames(command.name)]);
  const names = all.filter(({ length }) => length > 1);
  return names.find((one) => name.startsWith(one)) ?? nearName(name, names);
}
