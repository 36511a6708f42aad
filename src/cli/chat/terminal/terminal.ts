// The terminal as the chat holds it: taken on open, given back on close, on suspension, and at the latest when the process ends.
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReadStream, WriteStream } from "node:tty";
import { ringBytes } from "./bell.ts";
import { copyBytes } from "./clipboard.ts";
import { createCursorQuery } from "./cursor-query.ts";
import type { TerminalSize } from "./frame-stream.ts";
import { createPainter, type Painter } from "./painter.ts";
import { quietConsole } from "./quiet-console.ts";
import { guardTerminal } from "./terminal-guard.ts";
import { createTerminalOutput, stdoutFd } from "./terminal-output.ts";

export interface ChatTerminal extends TerminalSize {
  readonly painter: Painter;
  size(): { columns: number; rows: number };
  /** Calls the user to it. */
  ring(): void;
  /** Puts text in its clipboard, where it lets programs do that. */
  copy(text: string): void;
  open(listeners: TerminalListeners): void;
  /** Gives the terminal, whose painter is closed, to the shell until it continues this process. */
  suspend(): Promise<void>;
  /** Gives it in the same way to another program until that has ended. Ctrl-C is that program's meanwhile. */
  lend(program: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface TerminalListeners {
  /** The terminal has another size, or other things on it. */
  readonly resized: () => void;
  /** Nobody is at the terminal any more, or the process is told to quit. */
  readonly hungUp: () => void;
  /** Something was thrown that nobody caught. */
  readonly crashed: (error: unknown) => void;
}

/** SIGINT and SIGTERM are not ours: whoever starts the chat aborts its signal. */
const hangUpSignals = ["SIGHUP", "SIGQUIT"] as const;
/** A stop by signal takes effect a moment after it is sent. */
const stopMs = 50;
/** How long a terminal that takes no bytes may keep us from ending. */
const stuckMs = 1000;

export function createTerminal(options: {
  stdin: ReadStream;
  stdout: WriteStream;
  env: NodeJS.ProcessEnv;
  showsCursor?: boolean;
}): ChatTerminal {
  const { stdin, stdout } = options;
  const output = createTerminalOutput(stdout);
  const painter = createPainter(output, options.env, {
    query: createCursorQuery(stdin, output.write),
    showsCursor: options.showsCursor,
  });
  const cleanups: (() => void)[] = [];
  const listen = (emitter: NodeJS.EventEmitter, event: string, listener: (...values: unknown[]) => void) => {
    emitter.on(event, listener);
    cleanups.push(() => emitter.off(event, listener));
  };
  return {
    painter,
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    size() {
      return { columns: this.columns, rows: this.rows };
    },
    ring: () => output.write(ringBytes(options.env)),
    copy: (text) => output.write(copyBytes(text, options.env)),
    open({ resized, hungUp, crashed }) {
      listen(stdout, "resize", resized);
      listen(stdout, "error", hungUp);
      listen(stdin, "end", hungUp);
      listen(stdin, "error", hungUp);
      for (const signal of hangUpSignals) listen(process, signal, hungUp);
      listen(process, "SIGCONT", () => {
        painter.reopen();
        resized();
      });
      listen(process, "uncaughtException", crashed);
      listen(process, "unhandledRejection", crashed);
      listen(process, "exit", () => emergencyRestore(stdin, painter.restoreModes));
      cleanups.push(quietConsole(), guardTerminal(stdoutFd, painter.afterKill));
      painter.open();
    },
    async suspend() {
      // The whole job is stopped, with whatever started us; without a shell to continue it the system ignores this.
      process.kill(0, "SIGTSTP");
      await sleep(stopMs);
      painter.open();
    },
    async lend(program) {
      await stopReading(stdin);
      const interrupts = process.listeners("SIGINT");
      process.removeAllListeners("SIGINT");
      process.on("SIGINT", pass);
      try {
        await program();
      } finally {
        process.off("SIGINT", pass);
        for (const listener of interrupts) process.on("SIGINT", listener);
        painter.open();
      }
    },
    async close() {
      await Promise.race([painter.close(), sleep(stuckMs)]);
      for (const cleanup of cleanups.splice(0)) cleanup();
      if (stdin.isRaw) stdin.setRawMode(false);
    },
  };
}

function pass(): void {}

/** Bun reads on where nobody listens any more, until it hears this (`disown` in its ProcessObjectInternals.ts): keys would be lost. */
async function stopReading(stdin: ReadStream): Promise<void> {
  stdin.emit("pause");
  await new Promise(setImmediate);
}

/** The last resort of a process that ends without closing the chat. */
function emergencyRestore(stdin: ReadStream, modes: string): void {
  try {
    stdin.setRawMode(false);
    writeSync(stdoutFd, modes);
  } catch {
    // The terminal is gone: there is nothing left to restore.
  }
}
