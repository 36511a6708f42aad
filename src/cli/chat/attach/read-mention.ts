// Reads what a mention names: a text file, or a folder's listing. What is neither is refused in words; what is no file stays text.
import { open, readdir, stat } from "node:fs/promises";
import { type AttachedText, plainName } from "../../../session/attachments.ts";
import { type Mention, resolvePath } from "./mentions.ts";

export type Reading =
  /** `isWhole` is false where only the beginning of a large file was read. */
  | { kind: "attached"; name: string; bytes: number; attached: AttachedText; isWhole: boolean }
  | { kind: "refused"; name: string; why: string }
  /** There is no such file, though it is written as one. */
  | { kind: "missing"; name: string }
  /** Not meant as a file. */
  | { kind: "text" };

/** No context holds so much text. */
const mostBytes = 8 * 2 ** 20;
const sampleBytes = 256 * 2 ** 10;
const mostListed = 1000;
const punctuation = /[.,;:!?)\]}>'"»”’…、。，！？）」』]$/u;

export async function readMention({ path, isQuoted }: Pick<Mention, "path" | "isQuoted">): Promise<Reading> {
  if (path === "") return { kind: "text" };
  for (let name = path; name !== ""; name = name.replace(punctuation, "")) {
    const reading = await readPath(name);
    if (reading) return reading;
    // What ends the sentence is no part of the name.
    if (isQuoted || !punctuation.test(name)) break;
  }
  return isQuoted || looksLikePath(path) ? { kind: "missing", name: path } : { kind: "text" };
}

function looksLikePath(path: string): boolean {
  return /[/\\]|^[~.]|\.[a-z0-9]{1,8}[^\p{L}\p{N}]*$/iu.test(path);
}

/** Undefined where there is nothing of that name. */
async function readPath(name: string): Promise<Reading | undefined> {
  const path = resolvePath(name);
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return listing(name, await readdir(path, { withFileTypes: true }));
    if (!facts.isFile()) return { kind: "refused", name, why: "it is neither a file nor a folder" };
    return await readText(name, path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    const why = code === "EACCES" || code === "EPERM" ? "you may not read it" : "it cannot be read";
    return { kind: "refused", name, why };
  }
}

async function readText(name: string, path: string): Promise<Reading> {
  await using file = await open(path);
  const { size } = await file.stat();
  const isWhole = size <= mostBytes;
  // Files of the system have contents, and a size of 0.
  const data = isWhole ? await file.readFile() : Buffer.alloc(sampleBytes);
  if (!isWhole) await file.read(data, 0, sampleBytes, 0);
  const text = decode(data, isWhole);
  if (text === undefined) return { kind: "refused", name, why: "it is binary, no text in UTF-8" };
  const bytes = isWhole ? data.length : size;
  return { kind: "attached", name, bytes, attached: { kind: "File", name, text }, isWhole };
}

/** Undefined for what is no text. The beginning of a file may end in the middle of a character. */
function decode(data: Uint8Array, isWhole: boolean): string | undefined {
  if (data.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data, { stream: !isWhole }).replaceAll("\r\n", "\n");
  } catch {
    return undefined;
  }
}

function listing(name: string, entries: readonly { name: string; isDirectory(): boolean }[]): Reading {
  const names = entries.map((entry) => plainName(entry.name) + (entry.isDirectory() ? "/" : "")).sort();
  const more = names.length - mostListed;
  const lines = more > 0 ? [...names.slice(0, mostListed), `and ${more} more`] : names;
  const text = lines.map((line) => `${line}\n`).join("");
  const attached = { kind: "Folder", name, text } as const;
  return { kind: "attached", name, bytes: Buffer.byteLength(text), attached, isWhole: true };
}
