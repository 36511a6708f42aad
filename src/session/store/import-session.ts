// From text to a session: recognises kvchat's own JSON, arrays of OpenAI-style messages, and one message a line.
import { jsonFormat } from "./export-json.ts";
import { importJson } from "./import-json.ts";
import { importMessages } from "./import-messages.ts";
import { type ImportedSession, notImportable } from "./imported-session.ts";

/** Throws a KvchatError that says what is wrong, and at which message or line. */
export function importSession(text: string): ImportedSession {
  if (text.trim() === "") throw notImportable("it is empty");
  const whole = parse(text);
  if (whole === undefined) return importMessages(parseLines(text), "line");
  if (Array.isArray(whole)) return importMessages(whole, "message");
  if (isObject(whole) && whole.format === jsonFormat) return importJson(whole);
  if (isObject(whole) && Array.isArray(whole.messages)) return importMessages(whole.messages, "message");
  return importMessages([whole], "line");
}

function parseLines(text: string): unknown[] {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line, index) => {
      if (line.trim() === "") return undefined;
      const value = parse(line);
      if (value === undefined) throw notImportable(`line ${index + 1} is no JSON`);
      return value;
    });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
