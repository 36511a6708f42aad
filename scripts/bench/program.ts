// Starts a program as a user would and watches it from outside: when it says its first byte, when it ends, how much memory it had.
import { readFileSync } from "node:fs";

export interface Program {
  readonly command: readonly string[];
  readonly env?: Record<string, string | undefined>;
}

/** Milliseconds from the start of the program; `firstByteMs` and `lastByteMs` are of its stdout. */
interface Course {
  readonly firstByteMs: number;
  readonly lastByteMs: number;
  readonly endMs: number;
  readonly stdout: string;
}

export async function runProgram({ command, env }: Program, signal: AbortSignal): Promise<Course> {
  const begun = performance.now();
  const since = () => performance.now() - begun;
  const child = Bun.spawn([...command], { env: env ?? process.env, stdin: "ignore", stderr: "pipe", signal });
  const complaints = new Response(child.stderr).text();
  let firstByteMs = 0;
  let lastByteMs = 0;
  const decoder = new TextDecoder();
  let stdout = "";
  for await (const bytes of child.stdout) {
    lastByteMs = since();
    firstByteMs ||= lastByteMs;
    stdout += decoder.decode(bytes, { stream: true });
  }
  const code = await child.exited;
  const endMs = since();
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}:\n${(await complaints).slice(-2000)}`);
  return { firstByteMs, lastByteMs, endMs, stdout };
}

const pollMs = 5;

/** The most memory that the program had resident, in MB (2^20 bytes), mapped model file included. Linux only. */
export async function peakMemory({ command, env }: Program, signal: AbortSignal): Promise<number> {
  const child = Bun.spawn([...command], {
    env: env ?? process.env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    signal,
  });
  let peakKb = 0;
  // The kernel keeps the mark itself: only what is added in the last moments can be missed.
  const poll = setInterval(() => {
    peakKb = Math.max(peakKb, readHighWaterMark(child.pid));
  }, pollMs);
  const code = await child.exited.finally(() => clearInterval(poll));
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}`);
  return peakKb / 1024;
}

/** Kilobytes; 0 once the process has ended. */
function readHighWaterMark(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
