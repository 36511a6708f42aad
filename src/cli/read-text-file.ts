// Reads the file that a flag or a setting names as a text.
import { closeSync, openSync, readSync } from "node:fs";
import { ExitCode, KvchatError } from "../session/errors.ts";
import { quoted } from "../session/models/quoted.ts";
import { decodeText, mostPromptBytes } from "./stdin-text.ts";

export interface TextFileSource {
  /** What the file was named by, such as `--file`. */
  readonly name: string;
  /** What to do where it cannot be read. */
  readonly hint: string;
}

/** The file's text without its last line end. Throws KvchatError where there is none. */
export function readTextFile(path: string, source: TextFileSource): string {
  const text = decodeText(readAll(path, source), `The file ${quoted(path)} of ${source.name}`);
  return text.replace(/\r?\n$/, "");
}

function readAll(path: string, { name, hint }: TextFileSource): Buffer {
  try {
    // No stat and no readFile: a pipe or a device has no size, and may have no end.
    const file = openSync(path, "r");
    try {
      const chunks: Buffer[] = [];
      for (let bytes = 0; bytes <= mostPromptBytes; ) {
        const chunk = Buffer.alloc(65_536);
        const read = readSync(file, chunk);
        if (read === 0) break;
        bytes += read;
        chunks.push(chunk.subarray(0, read));
      }
      return Buffer.concat(chunks);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new KvchatError(`Cannot read the file ${quoted(path)} of ${name}: ${reason(error)}.`, {
      hint,
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return error instanceof Error ? error.message : String(error);
}
