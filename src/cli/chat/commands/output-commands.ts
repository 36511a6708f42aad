// The slash commands that bring what was said elsewhere: into a file, or into the clipboard.
import { statSync } from "node:fs";
import { join } from "node:path";
import { quoted } from "../../../session/models/quoted.ts";
import { type ExportFormat, exportFormats, formatOf, writeText } from "../../sessions/export-session.ts";
import { resolvePath } from "../attach/mentions.ts";
import { type Completion, completeWord } from "../complete/candidate.ts";
import { completePath } from "../complete/complete-file.ts";
import { bytes, count, plural } from "../panels/amounts.ts";
import { typable } from "../printable.ts";
import { mostCopiedBytes } from "../terminal/clipboard.ts";
import { lastCodeBlock } from "./last-code.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";

const formats = Object.keys(exportFormats).join(", ");

export const outputCommands: readonly SlashCommand[] = [
  {
    name: "export",
    argument: "[file]",
    summary: `write the chat to a file: ${formats}`,
    complete: completePath,
    run: exportChat,
  },
  {
    name: "copy",
    argument: "[N or code]",
    summary: "copy the last answer, answer N, or the last code",
    complete: completeCode,
    run: copy,
  },
];

function completeCode(argument: string): Completion {
  return completeWord(argument, [{ text: "code" }]);
}

async function exportChat({ conversation, note, fail, confirm }: CommandContext, argument: string): Promise<void> {
  const { messages, source } = conversation;
  if (messages.length === 0) {
    fail("there is nothing to write down", "Say something first.");
    return;
  }
  const { format, given } = readTarget(argument);
  const { session } = source.load();
  const path = isFolder(given) ? join(given, `${session.name}.${format}`) : given;
  if (isThere(path) && !(await confirm(`${quoted(path)} is there already.`, { yes: "Overwrite it" }))) {
    note("nothing was written");
    return;
  }
  const text = exportFormats[format](source);
  writeText(text, path);
  note(`wrote ${plural(messages.length, "message")} to ${path} (${bytes(Buffer.byteLength(text))})`);
}

/** `[FILE] [FORMAT]`; the format is else what the file's name ends in. */
function readTarget(argument: string): { given: string; format: ExportFormat } {
  const [, words = "", last = ""] = /^(?:([\s\S]*)\s)?(\S*)$/.exec(argument) ?? [];
  const isFormat = Object.hasOwn(exportFormats, last.toLowerCase());
  const file = (isFormat ? words : argument).trim().replace(/^(["'])([\s\S]*)\1$/, "$2");
  return { given: resolvePath(file), format: isFormat ? (last.toLowerCase() as ExportFormat) : formatOf(file) };
}

function copy({ conversation, note, fail, copy }: CommandContext, argument: string): void {
  const answers = conversation.messages.filter(({ role }) => role === "assistant");
  const words = argument.toLowerCase().match(/\S+/g) ?? [];
  const isCode = words.at(-1) === "code";
  const number = isCode ? words.slice(0, -1) : words;
  const turn = number.length === 0 ? answers.length : Number(number.join(" "));
  const answer = answers[turn - 1];
  const text = answer && typable(isCode ? (lastCodeBlock(answer.content) ?? "") : answer.content.trim());
  if (answers.length === 0) fail("there is no answer to copy", "Say something first.");
  else if (text === undefined) fail(`there is no answer ${number.join(" ")}`, `The last is ${answers.length}.`);
  else if (text === "")
    fail(isCode ? "there is no code in this answer" : "this answer is empty", "/copy N takes answer N.");
  else if (Buffer.byteLength(text) > mostCopiedBytes) fail(...tooLarge(text));
  else {
    copy(text);
    const what = isCode ? "the code" : `answer ${turn}`;
    const tmux = process.env.TMUX ? "; tmux needs: set -g set-clipboard on" : "";
    note(`copied ${what} (${plural(text.length, "character")}) by OSC 52, which a terminal may refuse${tmux}`);
  }
}

function tooLarge(text: string): [message: string, hint: string] {
  const size = bytes(Buffer.byteLength(text));
  return [
    `${size} are more than terminals take: ${count(mostCopiedBytes)} bytes at most`,
    "/export FILE writes all to a file; /copy code takes the last code alone.",
  ];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
