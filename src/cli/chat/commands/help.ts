// What /help tells: on one screen of 24 rows what there is to do, by its purpose; then all keys, all commands, or one of them.
import { type Completion, completeWord } from "../complete/candidate.ts";
import { type TableRow, tableRows } from "../panels/table-rows.ts";
import { examples } from "./examples.ts";
import { findCommand, otherNames } from "./find-command.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";

const overview: readonly TableRow[] = [
  ["Enter, Alt-Enter", "send; make a new line"],
  ["Esc, Ctrl-D", "stop the answer and keep what was said; leave"],
  ["Up, Ctrl-R", "what you said before; search it"],
  ["Tab, @file", "complete what is typed; attach a file or a folder/"],
  ["", ""],
  ["/continue, /regen", "go on with an answer; answer once more"],
  ["/undo, /edit", "take the last turn back; say something else in its place"],
  ["/branch, /clear", "go to what else was said; forget all turns"],
  ["/system, /set", "the system prompt; how tokens are chosen"],
  ["/cache, /stats", "what is in the KV cache; how fast the answers came"],
  ["/model", "which model this is; go on with another"],
  ["/kv, /window", "the cache's type; what leaves when the context is full"],
  ["/sessions, /resume", "the newest chats; go over to another"],
  ["/new, /fork, /save", "begin another chat; go on in a copy of this one; name it"],
  ["/copy, /export", "the answer to the clipboard; the chat to a file"],
  ["/help, /quit", "/help keys, /help commands, /help edit; leave, as exit does"],
];

const keys: readonly TableRow[] = [
  ["Enter", "send; while the model answers, when the answer has ended"],
  ["Alt-Enter", 'new line; so do Ctrl-J, a \\ before Enter, and Enter behind """ until the next """'],
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
  ["Ctrl-D", "leave; so does Ctrl-C twice with nothing typed"],
];

/** Words of `/help` that are no commands. */
const topics = [
  { text: "keys", detail: "all keys" },
  { text: "commands", detail: "all commands" },
];

export function showHelp(context: CommandContext, argument: string, commands: readonly SlashCommand[]): void {
  const wanted = argument.replace(/^\//, "").trim().toLowerCase();
  const rows = rowsFor(wanted, commands);
  if (rows) context.note(tableRows(rows, context.columns));
  else context.fail(`there is no help on “${argument}”`, "Say /help keys, /help commands, or /help and a command.");
}

export function completeHelp(argument: string, commands: readonly SlashCommand[]): Completion {
  return completeWord(argument, [...topics, ...commands.map(({ name, summary }) => ({ text: name, detail: summary }))]);
}

function rowsFor(wanted: string, commands: readonly SlashCommand[]): readonly TableRow[] | undefined {
  if (wanted === "") return overview;
  if (wanted === "keys") return keys;
  if (wanted === "commands") return commands.map(describe);
  const command = findCommand(wanted, commands);
  return command && [describe(command), ...more(command.name)];
}

/** What else it is called, and how it is used. */
function more(name: string): readonly TableRow[] {
  const others = otherNames(name).map((other) => `/${other}`);
  return [...(examples.get(name) ?? []), ...(others.length > 0 ? [[others.join(", "), "the same"] as const] : [])];
}

function describe({ name, argument, summary }: SlashCommand): TableRow {
  return [`/${name} ${argument}`.trimEnd(), summary];
}
