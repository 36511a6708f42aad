// Downloads wheels with whichever pip the machine has, apart from the user's folder, virtual environment and settings.
import { type ChildProcess, spawn } from "node:child_process";
import { SourceError } from "./source-error.ts";

const windows = process.platform === "win32";
const pipCommands: readonly string[][] = [
  ["python3", "-m", "pip"],
  ["python", "-m", "pip"],
  ...(windows ? [["py", "-m", "pip"]] : []),
  ["pip3"],
  ["pip"],
  ["uvx", "pip"],
];

const mostStderrCharacters = 64_000;

export interface PipDownload {
  /** `name==version`. */
  requirements: string[];
  /** Empty folder that pip works in; the wheels end up in `into`. */
  workDir: string;
  tempDir: string;
  into: string;
  signal?: AbortSignal;
}

/** Runs `pip download`. Throws a SourceError with pip's reason, or the signal's reason once pip has been stopped. */
export async function pipDownload(download: PipDownload): Promise<void> {
  for (const command of pipCommands) {
    const result = await runOne(command, download);
    download.signal?.throwIfAborted();
    if (result === "absent") continue;
    if (result.code === 0) return;
    throw new SourceError(shortReason(result.stderr, result.code));
  }
  throw new SourceError("there is no Python with pip on this machine");
}

type Outcome = "absent" | { code: number | null; stderr: string };

function runOne(command: string[], download: PipDownload): Promise<Outcome> {
  const [program = "", ...before] = command;
  const args = [
    ...[...before, "download", ...download.requirements, "--no-deps", "--only-binary", ":all:", "-d", download.into],
    ...["--progress-bar", "off", "-q", "--disable-pip-version-check", "--no-input", "--no-cache-dir", "--retries", "2"],
  ];
  return new Promise((resolve) => {
    // A group of its own, so that stopping reaches whatever pip has started, too.
    const child = spawn(program, args, {
      cwd: download.workDir,
      env: pipEnvironment(download.tempDir),
      stdio: ["ignore", "ignore", "pipe"],
      detached: !windows,
      windowsHide: true,
    });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-mostStderrCharacters);
    });
    const stop = () => killGroup(child);
    download.signal?.addEventListener("abort", stop, { once: true });
    if (download.signal?.aborted) stop();
    const settle = (outcome: Outcome) => {
      download.signal?.removeEventListener("abort", stop);
      resolve(outcome);
    };
    child.once("error", () => settle("absent"));
    child.once("close", (code) => settle(isAbsent(code, stderr) ? "absent" : { code, stderr }));
  });
}

function pipEnvironment(tempDir: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TMPDIR: tempDir,
    TEMP: tempDir,
    TMP: tempDir,
    // A user may forbid pip outside a virtual environment; nothing is installed here.
    PIP_REQUIRE_VIRTUALENV: "0",
  };
}

function killGroup(child: ChildProcess): void {
  try {
    if (windows || child.pid === undefined) child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

/** What did not get as far as pip says: no pip module, a shim without a Python behind it, a stub that offers to install. */
function isAbsent(code: number | null, stderr: string): boolean {
  return code !== 0 && !/^ *(ERROR|WARNING|error):/m.test(stderr);
}

function shortReason(stderr: string, code: number | null): string {
  if (/connection broken|NewConnectionError|Max retries exceeded|Temporary failure in name/.test(stderr)) {
    return "no connection to the package index";
  }
  if (/No space left|Errno 28/.test(stderr)) return "no space left on the disk";
  const lines = stderr.split("\n").filter((line) => /^(ERROR|error):/.test(line));
  const last = lines.at(-1) ?? stderr.trim().split("\n").at(-1);
  return last ? last.replace(/^(ERROR|error): */, "") : `pip ended with code ${code}`;
}
