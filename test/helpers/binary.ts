// The built binary as a user has it: one file, started in an empty folder with next to nothing in the environment.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { folders } from "../../src/session/folders.ts";
import { tempFolder } from "./temp-folder.ts";
import { TerminalSession } from "./terminal.ts";

/** Beside the packages, so that a user's own dist/kvchat is left alone. */
export const binaryPath = fileURLToPath(new URL("../../node_modules/.cache/kvchat-test/kvchat", import.meta.url));

/** Greedy and on one thread: the same answer each time. */
export const greedy = ["-t", "1", "--temp", "0", "-s", "1"];

/** All that is in the environment: a home that is new, and the models that the tests share. */
export function bareEnvironment(home: string): Record<string, string> {
  return { HOME: home, KVCHAT_MODELS_DIR: folders().models };
}

export interface BinaryOptions {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly home?: string;
  readonly cwd?: string;
  /** A shell script to run it from, which finds it in "$0" and the arguments in "$@". */
  readonly script?: string;
}

export interface BinaryResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the binary, or a script around it, to its end. */
export function runBinary(args: readonly string[], options: BinaryOptions = {}): BinaryResult {
  const home = options.home ?? tempFolder();
  const [file, ...before] = options.script ? ["/bin/sh", "-c", options.script, binaryPath] : [binaryPath];
  const { status, stdout, stderr, error } = spawnSync(file as string, [...before, ...args], {
    cwd: options.cwd ?? home,
    env: { ...bareEnvironment(home), ...options.env },
    input: options.stdin ?? "",
    encoding: "utf8",
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

export interface ChatOptions {
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Record<string, string>;
  readonly home?: string;
  /** A shell script to run it from, as in `BinaryOptions`. */
  readonly script?: string;
}

/** Opens the chat of the binary in a terminal of its own, closed with the test. */
export function openChat(options: ChatOptions = {}): TerminalSession {
  const { args = [], script, env, home = tempFolder(), ...size } = options;
  const command = ["run", ...greedy, "-c", "1024", ...args];
  const session = new TerminalSession({
    ...(script
      ? { file: "/bin/sh", args: ["-c", script, binaryPath, ...command] }
      : { file: binaryPath, args: command }),
    env: { ...bareEnvironment(home), ...env },
    inherits: false,
    cwd: home,
    ...size,
  });
  onTestFinished(() => session[Symbol.dispose]());
  return session;
}
