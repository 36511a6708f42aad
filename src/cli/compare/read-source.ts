// The text that a comparison reads: kvchat's own, a file, a pipe, or a saved chat.
import { readFile, stat } from "node:fs/promises";
import { defaultText } from "../../session/compare/default-text.ts";
import type { CompareSource } from "../../session/compare/material.ts";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { folders } from "../../session/folders.ts";
import { quoted } from "../../session/models/quoted.ts";
import { SessionStore } from "../../session/store/session-store.ts";
import { decodeText, mostPromptBytes, readStdinText } from "../stdin-text.ts";

export interface SourceFlags {
  /** A file, or `-`. */
  readonly text?: string;
  /** Name or id. */
  readonly session?: string;
}

/** Throws KvchatError for what cannot be read, and is no text. */
export async function readSource({ text, session }: SourceFlags, signal: AbortSignal): Promise<CompareSource> {
  if (session !== undefined) return readSession(session);
  if (text === undefined) return { kind: "text", name: "built-in", text: defaultText };
  if (text === "-") return { kind: "text", name: "-", text: await readStdinText(process.stdin, signal) };
  return { kind: "text", name: text, text: await readTextFile(text) };
}

function readSession(name: string): CompareSource {
  using store = new SessionStore(folders().data);
  const { id, name: found } = store.find(name);
  const loaded = store.load(id);
  if (loaded.messages.length > 0) return { kind: "session", name: `session ${found}`, loaded };
  throw new KvchatError(`Nothing was said in the session ${quoted(found)} yet.`, {
    hint: '"kvchat sessions list" shows those with turns.',
    exitCode: ExitCode.usage,
  });
}

async function readTextFile(path: string): Promise<string> {
  const what = `The file ${quoted(path)}`;
  try {
    const { size } = await stat(path);
    if (size > mostPromptBytes) return decodeText(Buffer.alloc(mostPromptBytes + 1, " "), what);
    return decodeText(await readFile(path), what);
  } catch (cause) {
    if (cause instanceof KvchatError) throw cause;
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : "it cannot be read";
    throw new KvchatError(`${what} cannot be read: ${why}.`, {
      hint: "--text takes a file of plain text, or - for piped text.",
      exitCode: ExitCode.usage,
      cause,
    });
  }
}
