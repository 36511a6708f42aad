// Which command a name stands for: its own, another one of it, or the beginning of one alone.
import type { SlashCommand } from "./slash-command.ts";

/** What other chats call them. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "?": "help",
    bye: "quit",
    exit: "quit",
    q: "quit",
    regenerate: "regen",
    reset: "clear",
    retry: "regen",
  }),
);

export function findCommand(name: string, commands: readonly SlashCommand[]): SlashCommand | undefined {
  const wanted = aliases.get(name) ?? name;
  const exact = commands.find((command) => command.name === wanted);
  const [first, ...others] = commandsBeginning(name, commands);
  return exact ?? (others.length === 0 ? first : undefined);
}

/** All whose name, or another name of theirs, begins so. */
export function commandsBeginning(typed: string, commands: readonly SlashCommand[]): readonly SlashCommand[] {
  return commands.filter(({ name }) => [name, ...otherNames(name)].some((one) => one.startsWith(typed)));
}

export function otherNames(name: string): readonly string[] {
  return [...aliases].filter(([, wanted]) => wanted === name).map(([alias]) => alias);
}
