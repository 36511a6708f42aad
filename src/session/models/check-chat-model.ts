// Refuses, before the engine sees it, whatever is no chat model: an engine that meets such a file gives a vague error at
// best and aborts the process at worst.
import { type Stats, statSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { distance } from "fastest-levenshtein";
import { ExitCode, KvchatError } from "../errors.ts";
import { describeFileKind } from "./file-kind.ts";
import { type GgufHeader, readGguf } from "./gguf.ts";
import { GgufError } from "./gguf-cursor.ts";
import { type ModelFacts, modelFacts } from "./model-facts.ts";
import { notForChat } from "./not-for-chat.ts";
import { quoted } from "./quoted.ts";
import { splitPartPath } from "./split-parts.ts";

const namesHint = 'Give the path of a GGUF file, or a name that "kvchat models list" shows.';
const fetchAgainHint = "Fetch the file again; the copy here is not whole.";

/** A sound GGUF, whatever it is for. */
export interface ModelFile {
  readonly facts: ModelFacts;
  /** Why it cannot chat, as a clause; absent where nothing speaks against it. */
  readonly notForChat?: string;
}

/**
 * The facts of the chat model at `path`. Throws a KvchatError with exit code 3 for everything that cannot be one. Any part
 * of a split model may be named; `facts.path` is the first, which is the one to load.
 */
export async function checkChatModel(path: string): Promise<ModelFacts> {
  const { facts, notForChat: reason } = await readModelFile(path);
  if (reason) throw refusal(`Cannot chat with ${quoted(basename(facts.path))}: ${reason}.`, namesHint);
  return facts;
}

/** Like `checkChatModel`, but a sound GGUF that is no chat model is told, not refused. */
export async function readModelFile(path: string): Promise<ModelFile> {
  const given = resolve(path);
  await requireFile(given);
  const header = await readPart(given);
  const { firstPath, headers } = await readAllParts(given, header);
  const facts = modelFacts(firstPath, headers);
  return { facts, notForChat: notForChat(headers, facts) };
}

function refusal(message: string, hint: string, cause?: unknown): KvchatError {
  return new KvchatError(message, { hint, exitCode: ExitCode.notFound, cause });
}

async function requireFile(path: string): Promise<void> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    throw await unreachable(path, error);
  }
  if (stats.isDirectory()) throw await directoryRefusal(path);
  if (!stats.isFile()) throw refusal(`Cannot read the model ${quoted(path)}: it is not a regular file.`, namesHint);
  if (stats.size === 0) throw refusal(`Cannot read the model ${quoted(path)}: the file is empty.`, fetchAgainHint);
}

async function unreachable(path: string, error: unknown): Promise<KvchatError> {
  const code = systemCode(error);
  if (code === "EACCES" || code === "EPERM") return forbidden(path, error);
  if (code === "ELOOP")
    return refusal(`Cannot read the model ${quoted(path)}: its links go in a circle.`, namesHint, error);
  if (code !== "ENOENT" && code !== "ENOTDIR") {
    return refusal(`Cannot read the model ${quoted(path)}: ${code || "the path is not valid"}.`, namesHint, error);
  }
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return refusal(`There is no model ${quoted(path)}: the folder does not exist.`, namesHint, error);
  if (names.includes(basename(path))) {
    return refusal(
      `Cannot read the model ${quoted(path)}: it is a link to a file that is not there.`,
      namesHint,
      error,
    );
  }
  const nearest = nearestName(basename(path), names);
  const hint = nearest ? `Did you mean ${quoted(join(folder, nearest))}?` : namesHint;
  return refusal(`There is no model file ${quoted(path)}.`, hint, error);
}

/** The likeliest file for a mistyped name: only those that are near, GGUF files before others. */
function nearestName(name: string, candidates: string[]): string | undefined {
  const stem = (text: string) => text.toLowerCase().replace(/\.gguf$/, "");
  const near = candidates
    .map((candidate) => ({
      candidate,
      isModel: candidate.toLowerCase().endsWith(".gguf"),
      edits: distance(stem(name), stem(candidate)),
    }))
    .filter(({ candidate, isModel, edits }) => edits <= stem(candidate).length * (isModel ? 0.5 : 0.25))
    .sort((a, b) => Number(b.isModel) - Number(a.isModel) || a.edits - b.edits);
  return near[0]?.candidate;
}

async function directoryRefusal(path: string): Promise<KvchatError> {
  const names = await readdir(path).catch(() => [] as string[]);
  const models = names.filter((name) => name.toLowerCase().endsWith(".gguf")).sort();
  const [first] = models;
  const hint =
    first === undefined
      ? `It holds no GGUF file. ${namesHint}`
      : models.length === 1
        ? `Name the file in it: ${quoted(join(path, first))}`
        : `Name one of the ${models.length} GGUF files in it, such as ${quoted(join(path, first))}`;
  return refusal(`Cannot read the model ${quoted(path)}: it is a folder.`, hint);
}

function forbidden(path: string, cause: unknown): KvchatError {
  const hint = "Ask its owner for the right to read it, or copy it to a folder of your own.";
  return refusal(`Cannot read the model ${quoted(path)}: permission denied.`, hint, cause);
}

async function readPart(path: string): Promise<GgufHeader> {
  let header: GgufHeader;
  try {
    header = await readGguf(path);
  } catch (error) {
    throw await unreadable(path, error);
  }
  if (header.requiredBytes > header.fileBytes) {
    const size = `it has ${header.fileBytes} of ${header.requiredBytes} bytes`;
    throw refusal(`Cannot read the model ${quoted(path)}: it is cut off, ${size}.`, fetchAgainHint);
  }
  return header;
}

async function unreadable(path: string, error: unknown): Promise<KvchatError> {
  const intro = `Cannot read the model ${quoted(path)}`;
  if (!(error instanceof GgufError)) {
    const code = systemCode(error);
    return code === "EACCES" || code === "EPERM"
      ? forbidden(path, error)
      : refusal(`${intro}: ${code}.`, namesHint, error);
  }
  const { size } = statSync(path);
  switch (error.fault) {
    case "not-gguf":
      return refusal(`${intro}: it is ${await describeFileKind(path)}, not a GGUF.`, namesHint, error);
    case "truncated":
      return refusal(`${intro}: it is cut off, the ${size} bytes here end inside its header.`, fetchAgainHint, error);
    case "damaged":
      return refusal(`${intro}: it is damaged, ${error.message}.`, fetchAgainHint, error);
    case "unsupported":
      return refusal(
        `${intro}: ${error.message}.`,
        "Get a newer GGUF of this model, in little-endian version 3.",
        error,
      );
  }
}

async function readAllParts(given: string, header: GgufHeader) {
  if (!header.split) return { firstPath: given, headers: [header] as const };
  const { no, count } = header.split;
  const paths = Array.from({ length: count > 99_999 ? 0 : count }, (_, part) => splitPartPath(given, part));
  const [firstPath] = paths;
  if (!firstPath || splitPartPath(given, no) !== given) {
    const message = `Cannot read the model ${quoted(given)}: it is part ${no + 1} of ${count}, but its name does not say so.`;
    throw refusal(
      message,
      `Give the parts their own names again, such as NAME-00001-of-${String(count).padStart(5, "0")}.gguf`,
    );
  }
  const headers: GgufHeader[] = [];
  for (const path of paths) {
    if (!path) continue;
    if (!(await stat(path).catch(() => undefined))) throw missingPart(path, headers.length, count);
    headers.push(path === given ? header : await readPart(path));
  }
  return { firstPath, headers: headers as [GgufHeader, ...GgufHeader[]] };
}

function missingPart(path: string, no: number, count: number): KvchatError {
  const message = `The model is split, and part ${no + 1} of ${count} is missing: ${quoted(path)}.`;
  return refusal(message, "Put all parts into one folder, under their own names.");
}

function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
