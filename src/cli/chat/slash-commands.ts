// The slash commands: a table of data with run functions. A new command is one entry here.
import { closest } from "fastest-levenshtein";
import { plural } from "./amounts.ts";
import { branchCommands } from "./branch-commands.ts";
import { cacheCommands } from "./cache-commands.ts";
import { type Completion, completeWord } from "./complete/candidate.ts";
import { kvCommands } from "./kv-commands.ts";
import { outputCommands } from "./output-commands.ts";
import { describeRange, parseSamplingValue, samplingKeys } from "./sampling-keys.ts";
import { sessionCommands } from "./session-commands.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";
import { type TableRow, tableRows } from "./table-rows.ts";
import { turnCommands } from "./turn-commands.ts";

export const slashCommands: readonly SlashCommand[] = [
  { name: "help", argument: "", summary: "commands and keys", run: showHelp },
  ...turnCommands,
  ...branchCommands,
  { name: "system", argument: "[text]", summary: 'show or set the system prompt; "" for none', run: setSystem },
  {
    name: "set",
    argument: "[key value]",
    summary: "show or set how tokens are chosen",
    complete: completeSampling,
    run: setSampling,
  },
  ...cacheCommands,
  ...kvCommands,
  ...sessionCommands,
  ...outputCommands,
  { name: "quit", argument: "", summary: "leave; so do /exit and Ctrl-D", run: (context) => context.leave() },
];

const aliases: Record<string, string> = { exit: "quit", regenerate: "regen", "?": "help" };

export interface ParsedCommand {
  readonly command: SlashCommand | undefined;
  readonly name: string;
  readonly argument: string;
}

/**
 * A command is a slash and a word at the very start, or a question mark alone; paths such as `/usr/bin`, comments and indented text
 * are messages.
 */
export function parseCommand(text: string): ParsedCommand | undefined {
  const match = /^\/([a-z]+|\?)(?:\s+([\s\S]*))?$/i.exec(text === "?" ? "/?" : text);
  if (!match?.[1]) return undefined;
  const name = match[1].toLowerCase();
  const wanted = aliases[name] ?? name;
  return { command: slashCommands.find((command) => command.name === wanted), name, argument: (match[2] ?? "").trim() };
}

/** The command nearest to a name that is none. */
export function nearestCommand(name: string): string {
  return closest(name, [...slashCommands.map((command) => command.name), ...Object.keys(aliases)]);
}

const keys: readonly TableRow[] = [
  ["Enter", "send; while the model answers, when the answer has ended"],
  ["Alt-Enter", "new line; so do Ctrl-J and a \\ before Enter"],
  ["Esc, Ctrl-C", "stop the answer and keep what was said; what waits to be sent goes back into the input"],
  ["Up, Down", "earlier inputs, of other chats too; first what waits to be sent"],
  ["Ctrl-R", "search them; again for older ones"],
  ["Alt-P, Alt-N", "go to the version before, or after, of what was said in two ways"],
  ["Tab", "complete a command, what follows it, or a file behind @"],
  ["@file, @folder/", "attach a text file, or the list of what is in a folder"],
  ["Ctrl-A E, Alt-B F", "to the start or end of the row, back or on by a word"],
  ["Ctrl-K U W, Alt-D", "cut what follows, what is before, a word; Ctrl-Y puts it back, then Alt-Y an older one"],
  ["Ctrl-_", "undo; Ctrl-T changes two characters"],
  ["Ctrl-O", "unfold a long paste"],
  ["Ctrl-G", "write in your own editor: VISUAL or EDITOR"],
  ["Ctrl-L", "draw the screen anew"],
  ["Ctrl-D", "leave; so does Ctrl-C with nothing typed"],
];

function showHelp(context: CommandContext): void {
  const commands = slashCommands.map(
    ({ name, argument, summary }): TableRow => [`/${name} ${argument}`.trimEnd(), summary],
  );
  context.note(tableRows([...commands, ["", ""], ...keys], context.columns));
}

function setSystem(context: CommandContext, argument: string): void {
  const { conversation } = context;
  if (argument === "") {
    context.note(
      conversation.systemPrompt === "" ? "there is no system prompt" : `system prompt: ${conversation.systemPrompt}`,
    );
    return;
  }
  conversation.setSystemPrompt(argument === '""' ? "" : argument);
  const { used } = conversation.usage();
  const effect = used === 0 ? "" : `; the ${plural(used, "token")} in the cache are read again with your next message`;
  context.note(`the system prompt is ${conversation.systemPrompt === "" ? "gone" : "set"}${effect}`);
}

function completeSampling(argument: string): Completion {
  const keys = samplingKeys.map(({ name, summary }) => ({ text: name, detail: summary }));
  return completeWord(argument, /\s/.test(argument) ? [] : keys);
}

function setSampling(context: CommandContext, argument: string): void {
  const { conversation } = context;
  const [name = "", value = "", ...others] = argument.split(/[\s=]+/).filter((word) => word !== "");
  const key = samplingKeys.find((candidate) => candidate.name === name.replace(/^--/, "").replaceAll("_", "-"));
  if (name === "") {
    const rows = samplingKeys.map(
      ({ name, field, summary }): TableRow => [`${name.padEnd(15)} ${conversation.sampling[field]}`, summary],
    );
    context.note(tableRows(rows, context.columns));
  } else if (!key) {
    const nearest = closest(
      name,
      samplingKeys.map((candidate) => candidate.name),
    );
    context.fail(`there is no setting “${name}”`, `Did you mean ${nearest}? /set alone lists them all.`);
  } else if (value === "") {
    context.note(`${key.name} is ${conversation.sampling[key.field]}`);
  } else {
    const parsed = others.length === 0 ? parseSamplingValue(key, value) : undefined;
    if (parsed === undefined) {
      context.fail(`${key.name} cannot be “${[value, ...others].join(" ")}”`, `Give ${describeRange(key)}.`);
      return;
    }
    const before = conversation.sampling[key.field];
    conversation.setSampling({ [key.field]: parsed });
    const after = conversation.sampling[key.field];
    const effect = key.field === "temperature" && after === 0 ? ": always the likeliest token" : "";
    context.note(`${key.name} ${before} → ${after}${effect}, from the next answer on`);
  }
}
