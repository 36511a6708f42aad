// From arguments to a command and its exit code.
import type { ExitCode } from "../session/errors.ts";
import { run } from "./commands/run.ts";
import { readFlags } from "./settings/read-flags.ts";
import { knownFlags } from "./settings/run-flags.ts";

export async function runCli(args: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  return run(readFlags(args.slice(1), knownFlags), signal);
}
