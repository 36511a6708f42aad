// A store of sessions in a folder of its own, things to put into it, and what must hold of it after anything.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import type { SessionFacts, SessionRecord } from "../../src/session/store/session-record.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { facts } from "./store-facts.ts";
import { tempFolder } from "./temp-folder.ts";

export function openStore(folder: string = tempFolder()): SessionStore {
  const store = new SessionStore(folder);
  onTestFinished(() => store[Symbol.dispose]());
  return store;
}

/** A session in which these things were said, in turns, the user first. */
export function sessionOf(
  store: SessionStore,
  said: readonly string[],
  begun: Partial<SessionFacts> & { name?: string } = {},
): SessionRecord {
  const { id } = store.create({ ...facts, firstMessage: said[0], ...begun });
  for (const text of said) say(store, id, text);
  return store.load(id).session;
}

/** The next thing that is said, by whose turn it is. Returns the message's id. */
export function say(store: SessionStore, id: string, text: string): number {
  const isAnswer = store.load(id).messages.at(-1)?.role === "user";
  if (!isAnswer) return store.addUser(id, text);
  return store.beginAnswer(id).finish({ content: text, thinking: "" }, "stop");
}

export const contents = (store: SessionStore, id: string) => store.load(id).messages.map(({ content }) => content);

/** Processes of their own; what each does, it says at its head. */
const children = {
  filler: new URL("./store-filler-child.ts", import.meta.url),
  holder: new URL("./store-holder-child.ts", import.meta.url),
  mixed: new URL("./store-mixed-child.ts", import.meta.url),
  open: new URL("./store-open-child.ts", import.meta.url),
  opener: new URL("./store-opener-child.ts", import.meta.url),
  writer: new URL("./store-writer-child.ts", import.meta.url),
};

export type ChildName = keyof typeof children;

export interface ChildOptions {
  /** Bun is what users run, Node what the tests run in; the store works in both. Default: this Node. */
  readonly runtime?: string;
  /** A command that runs the rest of its arguments as a command. */
  readonly within?: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Killed with the test. */
export function startChild(
  name: ChildName,
  args: readonly string[],
  { runtime = process.execPath, within = [], ...user }: ChildOptions = {},
) {
  const [command = "", ...rest] = [...within, runtime, fileURLToPath(children[name]), ...args];
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "pipe"], ...user });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<typeof output & { code: number | null }>((resolve) => {
    child.once("close", (code) => resolve({ ...output, code }));
  });
  return { child, output, ended };
}

/** What SQLite and the tree of messages must always be, whatever was going on when a process ended. */
export function expectWhole(folder: string): void {
  const db = new DatabaseSync(join(folder, "sessions.db"));
  const rows = (sql: string) => db.prepare(sql).all();
  try {
    expect(rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    expect(rows("PRAGMA foreign_key_check")).toEqual([]);
    db.exec("INSERT INTO messages_text (messages_text) VALUES ('integrity-check')");
    expect(
      rows(`SELECT m.id FROM messages m LEFT JOIN messages p ON p.id = m.parent
        WHERE m.depth != 1 + ifnull(p.depth, 0) OR p.session != m.session OR p.role = m.role OR p.id >= m.id`),
    ).toEqual([]);
    expect(rows("SELECT s.id FROM sessions s JOIN messages m ON m.id = s.leaf WHERE m.session != s.id")).toEqual([]);
    expect(
      rows(`SELECT s.id FROM sessions s LEFT JOIN messages m ON m.id = s.leaf
        WHERE s.leaf_depth != ifnull(m.depth, 0) OR s.excerpt != substr(ifnull(m.content, ''), 1, 120)`),
    ).toEqual([]);
    // Every complete message is in the index, and nothing else is.
    expect(
      rows("SELECT id FROM messages_text_docsize EXCEPT SELECT id FROM messages WHERE state = 'complete'"),
    ).toEqual([]);
    expect(
      rows("SELECT id FROM messages WHERE state = 'complete' EXCEPT SELECT id FROM messages_text_docsize"),
    ).toEqual([]);
  } finally {
    db.close();
  }
}
