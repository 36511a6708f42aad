// SQLite's failures in words for people: what happened to the file, and what to do.
import { ExitCode, KvchatError } from "../errors.ts";
import { quoted } from "../models/quoted.ts";

/** Primary result codes: https://www.sqlite.org/rescode.html */
const busy = 5;
const readOnly = 8;
const inputOutput = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const notADatabase = 26;

/** Whether another process is in the way. */
export function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && (errcode & 0xff) === busy;
}

/** The error to throw instead of `error`, which came from work on the database at `path`. */
export function explainFailure(error: unknown, path: string): unknown {
  const { errcode, code } = error as { errcode?: number; code?: string };
  const refuse = (message: string, hint: string) => new KvchatError(message, { hint, cause: error });
  switch (errcode === undefined ? code : errcode & 0xff) {
    case busy:
      return refuse(`Another process has kept ${quoted(path)} busy for too long.`, "Try again when it has ended.");
    case readOnly:
    case cannotOpen:
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "EEXIST":
    case "ENOTDIR":
      return refuse(
        `Cannot write to the sessions in ${quoted(path)}.`,
        "Make the file and its folder writable, or set KVCHAT_DATA_DIR to another folder.",
      );
    case inputOutput:
      return refuse(`Reading or writing ${quoted(path)} failed.`, "Check the disk that it is on.");
    case full:
    case "ENOSPC":
      return refuse(`There is no space left for the sessions in ${quoted(path)}.`, "Make room on that disk.");
    case corrupt:
    case notADatabase:
      return new KvchatError(`${quoted(path)} is damaged, or no store of sessions. It was left as it is.`, {
        hint: "Move it away to begin anew; the command sqlite3 with .recover may save what is in it.",
        exitCode: ExitCode.notFound,
        cause: error,
      });
    default:
      return error;
  }
}
