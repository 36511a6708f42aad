// Whether a page can be written where the user wants it, asked before anything is measured.
import { writeFileSync } from "node:fs";
import { ExitCode, KvchatError } from "../session/errors.ts";
import { quoted } from "../session/models/quoted.ts";

/** Before minutes of work are lost to a folder that does not exist. What stands in the file stays until the page is there. */
export function requireWritable(path: string): void {
  try {
    writeFileSync(path, "", { flag: "a" });
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : "it cannot be written";
    throw new KvchatError(`Cannot write the page ${quoted(path)}: ${why}.`, {
      hint: "Name a file in a folder that exists and that you may write to.",
      exitCode: ExitCode.usage,
      cause,
    });
  }
}
