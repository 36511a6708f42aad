// OpenAI-style messages as a session: { role, content }, the content a string or an array of text parts.
import { quoted } from "../models/quoted.ts";
import { type ImportedSession, notImportable } from "./imported-session.ts";
import type { MessageRecord, SessionFacts } from "./session-record.ts";

interface Said {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  readonly thinking: string;
}

/**
 * System messages at the head become the system prompt. What one side said in several messages becomes one, with blank
 * lines between: in a session the two take turns. `undefined` entries are blank lines. `unit` names an entry in errors.
 */
export function importMessages(entries: readonly unknown[], unit: "message" | "line"): ImportedSession {
  const system: string[] = [];
  const turns: Said[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry === undefined) continue;
    const where = unit === "line" ? `line ${index + 1}` : `message ${index}`;
    const said = readMessage(entry, where);
    const last = turns.at(-1);
    if (said.role !== "system" && !last && said.role === "assistant") {
      throw notImportable(`${where} is an answer to nothing: the user speaks first`);
    }
    if (said.role === "system" && last) throw notImportable(`${where} is a system message after others have spoken`);
    if (said.role === "system") system.push(said.content);
    else if (last?.role === said.role) turns[turns.length - 1] = joined(last, said);
    else turns.push(said);
  }
  if (turns.length === 0) throw notImportable("no one says anything in it");
  const messages = turns.map(toRecord);
  return { facts: { ...unknownFacts, systemPrompt: system.join("\n\n") }, messages, leaf: messages.length };
}

const unknownFacts: SessionFacts = {
  model: "",
  modelPath: "",
  fingerprint: {},
  settings: {},
  systemPrompt: "",
  seed: 0,
};

function readMessage(entry: unknown, where: string): Said {
  if (typeof entry !== "object" || entry === null) throw notImportable(`${where} is no message`);
  const { role, content, reasoning_content: thinking = "" } = entry as Record<string, unknown>;
  if (role !== "system" && role !== "user" && role !== "assistant") {
    const given = typeof role === "string" ? `the role ${quoted(role)}` : "no role";
    throw notImportable(`${where} has ${given}, not system, user or assistant`);
  }
  return { role, content: readContent(content, where), thinking: typeof thinking === "string" ? thinking : "" };
}

function readContent(content: unknown, where: string): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) throw notImportable(`the content of ${where} is no text`);
  return content
    .map((part, index) => {
      if (part?.type === "text" && typeof part.text === "string") return part.text;
      throw notImportable(`part ${index} of ${where} is no text`);
    })
    .join("");
}

function joined(first: Said, second: Said): Said {
  const join = (a: string, b: string) => [a, b].filter((text) => text !== "").join("\n\n");
  return {
    role: first.role,
    content: join(first.content, second.content),
    thinking: join(first.thinking, second.thinking),
  };
}

function toRecord({ role, content, thinking }: Said, index: number): MessageRecord {
  const now = Date.now();
  return {
    id: index + 1,
    parent: index === 0 ? null : index,
    role: role === "user" ? "user" : "assistant",
    content,
    thinking,
    state: "complete",
    stopReason: null,
    evicted: false,
    created: now,
    updated: now,
  };
}
