#!/usr/bin/env bun
// The process: signals, errors and the exit code. What takes time to load waits until it is known to be needed.
import { ExitCode, KvchatError } from "../session/errors.ts";

async function main(args: string[]): Promise<ExitCode> {
  if (args[0] === "--version") {
    const { versionText } = await import("./version.ts");
    process.stdout.write(`${versionText().trimEnd()}\n`);
    return ExitCode.done;
  }
  const { offerNativeFiles } = await import("./native/offer-native-files.ts");
  offerNativeFiles();
  const { runCli } = await import("./cli.ts");
  return runCli(args, stop.signal);
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(stoppedCode());
    stop.abort(signal);
  });
}
process.on("uncaughtException", (error) => void fail(error));
process.on("unhandledRejection", (error) => void fail(error));

let outputError: NodeJS.ErrnoException | undefined;
process.stdout.on("error", (error) => {
  outputError ??= error;
});
process.stderr.on("error", () => {});

async function fail(error: unknown): Promise<void> {
  if (isReaderGone(outputError)) return exit(ExitCode.done);
  // A stop that the user asked for needs no words of its own.
  if (error instanceof KvchatError && error.exitCode === ExitCode.interrupted) return exit(ExitCode.interrupted);
  if (stop.signal.aborted && (error === stop.signal.reason || isAbort(error))) return exit(stoppedCode());
  const { printError } = await import("./print-error.ts");
  const code = printError(error, { debug: isDebug() });
  return exit(stop.signal.aborted ? stoppedCode() : code);
}

/** A reader that went away (`| head -1`) is no failure; a full disk is one. */
async function finish(code: ExitCode): Promise<void> {
  await flushed(process.stdout);
  if (!outputError || isReaderGone(outputError)) return exit(code);
  const { outputFailed } = await import("./print-error.ts");
  return fail(outputFailed(outputError));
}

/** Ends the process, even where a download or an engine still has something open, once all output is out. */
async function exit(code: ExitCode): Promise<void> {
  await flushed(process.stdout);
  await flushed(process.stderr);
  process.exit(code);
}

const flushes = new Map<NodeJS.WriteStream, Promise<void>>();

/** Nothing is written to the stream after this. Under Bun only its end tells when all is out: an empty write comes back at once. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  const flush = flushes.get(stream) ?? ended(stream);
  flushes.set(stream, flush);
  return flush;
}

function ended(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    // A stream that has failed calls nobody back.
    if (!stream.writable || (stream === process.stdout && outputError)) return resolve();
    stream.once("error", () => resolve());
    stream.end(() => resolve());
  });
}

function isReaderGone(error: NodeJS.ErrnoException | undefined): boolean {
  return error?.code === "EPIPE";
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function stoppedCode(): ExitCode {
  return stop.signal.reason === "SIGTERM" ? ExitCode.terminated : ExitCode.interrupted;
}

function isDebug(): boolean {
  const end = process.argv.indexOf("--");
  const flags = end < 0 ? process.argv : process.argv.slice(0, end);
  return flags.includes("--debug") || /^(1|true|on|yes)$/i.test(process.env.KVCHAT_DEBUG ?? "");
}

await main(process.argv.slice(2)).then(finish, fail);
