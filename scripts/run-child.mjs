// Runs a program in the foreground on behalf of an npm script: a signal stops it, and its end is waited for.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { isatty } from "node:tty";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
/** So long after a Ctrl-C, a child that shares the terminal must have had its own. */
const terminalDelayMs = 1000;

/**
 * Resolves to the exit code, 128 + n for a signal. From a terminal the kernel sends Ctrl-C to the child, too. Otherwise
 * the child has a process group of its own and gets each signal from here, once, however many of its ancestors pass it on.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function runChild(command, args, options = {}) {
  const sharesTerminal = isatty(0) || process.platform === "win32";
  const child = spawn(command, args, { stdio: "inherit", detached: !sharesTerminal, ...options });
  const pass = forwarder(child, sharesTerminal);
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  }).finally(() => {
    for (const signal of signals) process.off(signal, pass);
  });
}

function forwarder(child, sharesTerminal) {
  let passedAtMs = Number.NEGATIVE_INFINITY;
  return (signal) => {
    const send = () => {
      if (child.exitCode === null && child.signalCode === null) signalAll(child, signal, !sharesTerminal);
    };
    if (sharesTerminal && signal === "SIGINT") return void setTimeout(send, terminalDelayMs).unref();
    // npm passes on what its whole group has got already.
    if (performance.now() - passedAtMs < terminalDelayMs / 4) return;
    passedAtMs = performance.now();
    send();
  };
}

function signalAll(child, signal, ownsGroup) {
  try {
    process.kill(ownsGroup ? -child.pid : child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
