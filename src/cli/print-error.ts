// Errors for people: two lines on stderr, and a stack only where it is asked for.
import { type ExitCode, KvchatError } from "../session/errors.ts";

/** Prints the error and returns the exit code that it ends in. */
export function printError(error: unknown, { debug }: { debug: boolean }): ExitCode {
  const { message, hint, exitCode } = error instanceof KvchatError ? error : unexpected(error);
  process.stderr.write(`kvchat: ${oneLine(message)}\n${oneLine(hint)}\n`);
  if (debug) process.stderr.write(`${stackOf(error)}\n`);
  return exitCode;
}

/** The answer could not be written: the disk is full, or a device refuses. */
export function outputFailed(cause: NodeJS.ErrnoException): KvchatError {
  const why = cause.code === "ENOSPC" ? "there is no space left" : cause.message;
  return new KvchatError(`Cannot write to stdout: ${why}.`, { hint: "Make room, or send it elsewhere.", cause });
}

function unexpected(error: unknown): KvchatError {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return new KvchatError(message, { hint: "Run it again with --debug to see where this comes from." });
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
