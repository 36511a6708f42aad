// `kvchat sessions`: the chats that were kept: listed, shown, searched, copied, carried in and out, and deleted.
import type { Argv, CommandModule } from "yargs";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { importSession } from "../../session/store/import-session.ts";
import { printable } from "../chat/printable.ts";
import { nameHelp, openStore, printJson, withJson, withName } from "../sessions/command-parts.ts";
import { deliverCache } from "../sessions/export-cache.ts";
import { deliver, type ExportFormat, exportFormats, formatOf, sourceOf } from "../sessions/export-session.ts";
import { formatHits } from "../sessions/format-hits.ts";
import { formatList } from "../sessions/format-list.ts";
import { formatSession } from "../sessions/format-session.ts";
import { listSessionLines, toListed } from "../sessions/list-sessions.ts";
import { readImport } from "../sessions/read-import.ts";
import { gcCommand, statsCommand, verifyCommand } from "../sessions/upkeep-commands.ts";
import { whyCommand } from "../sessions/why-command.ts";

const listCommand: CommandModule<object, { json: boolean }> = {
  command: ["list", "$0"],
  describe: "Show the sessions, the newest first; KV is their cache on disk, what they share counted for each",
  builder: (yargs) => withJson(yargs),
  handler: async ({ json }) => {
    using store = openStore();
    const sessions = await listSessionLines(store);
    if (json) return printJson(sessions.map(toListed));
    if (sessions.length === 0) return void process.stderr.write("No session was saved yet.\n");
    process.stdout.write(formatList(sessions, screenColumns()));
  },
};

const showCommand: CommandModule<object, { name: string }> = {
  command: "show <name>",
  describe: "Print what a session is and what was said in it",
  builder: (yargs) => withName(yargs),
  handler: ({ name }) => {
    using store = openStore();
    process.stdout.write(formatSession(store.load(store.find(name).id)));
  },
};

const renameCommand: CommandModule<object, { old: string; new: string }> = {
  command: "rename <old> <new>",
  describe: "Give a session another name",
  builder: (yargs) =>
    yargs
      .positional("old", { type: "string", demandOption: true, describe: nameHelp })
      .positional("new", { type: "string", demandOption: true, describe: "40 columns at most" }),
  handler: ({ old, new: name }) => {
    using store = openStore();
    store.rename(store.find(old).id, name);
  },
};

const removeCommand: CommandModule<object, { names: string[] }> = {
  command: "rm <names..>",
  describe: "Delete sessions; forks of them stay",
  builder: (yargs) =>
    yargs.positional("names", { type: "string", array: true, demandOption: true, describe: nameHelp }),
  handler: ({ names }) => {
    using store = openStore();
    const found = new Map(names.map((name) => store.find(name)).map((session) => [session.id, session.name]));
    for (const [id, name] of found) {
      store.remove(id);
      process.stderr.write(`Deleted ${printable(name)}.\n`);
    }
  },
};

const forkCommand: CommandModule<object, { name: string; new?: string; at?: string }> = {
  command: "fork <name> [new]",
  describe: "Copy a session, to go on in another way; prints the copy's name",
  builder: (yargs) =>
    withName(yargs)
      .positional("new", { type: "string", describe: "The copy's name; default: the same with a number" })
      .option("at", { type: "string", describe: "The last turn to take along, from 1; default: all" }),
  handler: ({ name, new: newName, at }) => {
    using store = openStore();
    const fork = store.fork(store.find(name).id, { name: newName, atTurn: turnFrom(at) });
    process.stdout.write(`${printable(fork.name)}\n`);
  },
};

const searchCommand: CommandModule<object, { text?: string[]; json: boolean; "--"?: string[] }> = {
  command: "search [text..]",
  describe: "Find messages that hold all these words, in any case, also inside of others",
  builder: (yargs) =>
    withJson(yargs.positional("text", { type: "string", array: true, describe: "After -- it may begin with a dash" })),
  handler: ({ text: words = [], json, "--": literal = [] }) => {
    const text = [...words, ...literal].join(" ");
    if (text.trim() === "") throw lacksText();
    using store = openStore();
    const hits = store.search(text);
    if (json) return printJson(hits.map((hit) => ({ ...hit, created: new Date(hit.created).toISOString() })));
    if (hits.length === 0) return void process.stderr.write("No message holds that.\n");
    process.stdout.write(formatHits(hits, text, screenColumns()));
  },
};

interface ExportArguments {
  name: string;
  format?: ExportFormat;
  output?: string;
  kv?: string;
}

const exportCommand: CommandModule<object, ExportArguments> = {
  command: "export <name>",
  describe:
    "Write a session as Markdown, JSON (all of it), JSON lines (OpenAI-style messages) or HTML, or its KV cache",
  builder: (yargs) =>
    withName(yargs)
      .option("format", {
        choices: Object.keys(exportFormats) as ExportFormat[],
        describe: "Default: by the ending of the file's name, else md",
      })
      .option("output", { alias: "o", type: "string", describe: "The file; default: stdout" })
      .option("kv", { type: "string", describe: "Write the KV cache, and no text, to this safetensors file" }),
  handler: async ({ name, output, kv, format = formatOf(output) }) => {
    using store = openStore();
    const { id } = store.find(name);
    if (kv === undefined) return deliver(exportFormats[format](sourceOf(store, id)), output);
    if (output !== undefined) throw contradicts("--kv", "--output");
    await deliverCache(store, id, kv);
  },
};

const importCommand: CommandModule<object, { file: string; name?: string }> = {
  command: "import <file>",
  describe: "Take in an exported session or OpenAI-style messages; prints the session's name",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", demandOption: true, describe: "JSON or JSON lines; - is stdin" })
      .option("name", { type: "string", describe: "The session's name; default: the one in the file, or of its text" }),
  handler: async ({ file, name }) => {
    // Yargs makes an empty text of a lone dash.
    const imported = importSession(await readImport(file || "-"));
    using store = openStore();
    process.stdout.write(`${printable(store.import(imported, { name }).name)}\n`);
  },
};

export const sessionsCommand: CommandModule = {
  command: "sessions",
  describe: "List, show, search, fork, carry and delete sessions, and look after their caches",
  builder: (yargs: Argv) =>
    yargs
      .command(listCommand)
      .command(showCommand)
      .command(renameCommand)
      .command(removeCommand)
      .command(forkCommand)
      .command(searchCommand)
      .command(exportCommand)
      .command(importCommand)
      .command(statsCommand)
      .command(whyCommand)
      .command(gcCommand)
      .command(verifyCommand),
  handler: () => {},
};

function turnFrom(text: string | undefined): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  const hint = "Give the number of a turn: 1 is the first.";
  throw new KvchatError(`--at takes no ${quoted(text)}.`, { hint, exitCode: ExitCode.usage });
}

function contradicts(one: string, other: string): KvchatError {
  const hint = "Give one of them.";
  return new KvchatError(`${one} and ${other} contradict each other.`, { hint, exitCode: ExitCode.usage });
}

function lacksText(): KvchatError {
  const hint = "Call it as: kvchat sessions search TEXT";
  return new KvchatError("There is nothing to search for.", { hint, exitCode: ExitCode.usage });
}

/** A pipe has room for all. */
function screenColumns(): number {
  return process.stdout.columns || Number.POSITIVE_INFINITY;
}
