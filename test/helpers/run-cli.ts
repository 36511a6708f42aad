// kvchat as a process, as a user starts it: real streams, signals and exit codes, with folders of its own.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { folders } from "../../src/session/folders.ts";
import { tempFolder } from "./temp-folder.ts";

export const bunPath = fileURLToPath(new URL("../../node_modules/.bin/bun", import.meta.url));
export const mainPath = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface CliOptions {
  /** What stdin holds before it ends; undefined: nothing at all, as from /dev/null. */
  readonly stdin?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A kvchat that is still running; killed with the test where it does not end by itself. */
export interface CliProcess {
  readonly result: Promise<CliResult>;
  /** Resolves when stdout so far is as wanted; rejects when the process ends without. */
  readonly waitForStdout: (isWanted: (stdout: string) => boolean) => Promise<void>;
  /** Resolves when the pipe has taken it all: of more than it holds, the process must have read some. */
  readonly write: (data: string | Uint8Array) => Promise<void>;
  readonly endStdin: () => void;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly closeStdout: () => void;
}

/** The environment of a user who has set nothing: folders in `root`, but the models that the tests share. */
export function cleanEnvironment(root: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("KVCHAT_") && !name.startsWith("XDG_"));
  return {
    ...Object.fromEntries(own),
    XDG_CONFIG_HOME: `${root}/config`,
    XDG_DATA_HOME: `${root}/data`,
    XDG_CACHE_HOME: `${root}/cache`,
    KVCHAT_MODELS_DIR: folders().models,
  };
}

/** Runs kvchat to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const process = startCli(args, options);
  if (options.stdin !== undefined) process.endStdin();
  return process.result;
}

/** Starts kvchat; its stdin stays open where `stdin` is given, until `endStdin`. */
export function startCli(args: readonly string[], { stdin, env, cwd }: CliOptions = {}): CliProcess {
  const root = tempFolder();
  const child = spawn(bunPath, [mainPath, ...args], {
    cwd: cwd ?? root,
    env: { ...cleanEnvironment(root), ...env },
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const watcher of watchers) watcher();
    });
  }
  // A process that ends without reading all of its stdin is one of the things under test.
  child.stdin?.on("error", () => {});
  if (stdin) child.stdin?.write(stdin);
  const result = new Promise<CliResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  return {
    result,
    waitForStdout: (isWanted) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!isWanted(output.stdout)) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
        void result.then((ended) => reject(new Error(`It ended before: ${JSON.stringify(ended)}`)), reject);
      }),
    write: (data) => new Promise((resolve) => child.stdin?.write(data, () => resolve())),
    endStdin: () => void child.stdin?.end(),
    kill: (signal) => void child.kill(signal),
    closeStdout: () => void child.stdout?.destroy(),
  };
}
