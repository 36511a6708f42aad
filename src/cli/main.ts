#!/usr/bin/env bun
// The process: signals, errors and the exit code. What takes time to load waits until it is known to be needed.
import { ExitCode } from "../session/errors.ts";

async function main(args: string[]): Promise<ExitCode> {
  if (args[0] === "--version") {
    const { versionText } = await import("./version.ts");
    process.stdout.write(`${versionText().trimEnd()}\n`);
    return ExitCode.done;
  }
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

// A reader that went away (`| head -1`) is no failure; that the disk is full is one.
let outputError: NodeJS.ErrnoException | undefined;
process.stdout.on("error", (error) => {
  outputError ??= error;
});
process.stderr.on("error", () => {});

async function fail(error: unknown): Promise<void> {
  if (outputError?.code === "EPIPE") return exit(ExitCode.done);
  const { printError } = await import("./print-error.ts");
  // A stop that the user asked for needs no words, except what a KvchatError has to say about it.
  if (stop.signal.aborted && (error === stop.signal.reason || isAbort(error))) return exit(stoppedCode());
  const code = printError(error, { debug: isDebug() });
  return exit(stop.signal.aborted ? stoppedCode() : code);
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
  return flags.includes("--debug") || ["1", "true", "on", "yes"].includes(process.env.KVCHAT_DEBUG ?? "");
}

/** Ends the process, even where a download or an engine still has something open, once all output is out. */
async function exit(code: ExitCode): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.destroyed && !stream.writableEnded)
      await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
  process.exit(code);
}

try {
  const code = await main(process.argv.slice(2));
  await exit(code);
} catch (error) {
  await fail(error);
}
