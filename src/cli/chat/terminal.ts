// The terminal as the chat holds it: taken on open, given back on close, on suspension, and at the latest when the process ends.
import { writeSync } from "node:fs";
import type { ReadStream, WriteStream } from "node:tty";
import type { TerminalSize } from "./frame-stream.ts";
import { createPainter, type Painter } from "./painter.ts";
import { quietConsole } from "./quiet-console.ts";

export interface ChatTerminal extends TerminalSize {
  readonly painter: Painter;
  size(): { columns: number; rows: number };
  open(listeners: { resized: () => void; hungUp: () => void }): void;
  /** Gives the terminal to the shell until it continues this process. */
  suspend(): void;
  close(): void;
}

export function createTerminal(options: {
  stdin: ReadStream;
  stdout: WriteStream;
  env: NodeJS.ProcessEnv;
}): ChatTerminal {
  const { stdin, stdout } = options;
  const painter = createPainter(stdout, options.env);
  const cleanups: (() => void)[] = [];
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
    open({ resized, hungUp }) {
      const ignore = () => {};
      const atExit = () => emergencyRestore(stdin, painter.restoreModes);
      stdout.on("resize", resized);
      // A terminal that is gone fails each write; the hang-up itself ends the chat.
      stdout.on("error", ignore);
      stdin.on("end", hungUp);
      stdin.on("error", hungUp);
      process.on("exit", atExit);
      cleanups.push(
        quietConsole(),
        () => stdout.off("resize", resized),
        () => stdin.off("end", hungUp).off("error", hungUp),
        () => process.off("exit", atExit),
      );
      painter.open();
    },
    suspend() {
      painter.close();
      // The whole job is stopped, with whatever started us; without a shell to continue it the system ignores this.
      process.kill(0, "SIGTSTP");
      painter.open();
    },
    close() {
      painter.close();
      for (const cleanup of cleanups.splice(0)) cleanup();
      if (stdin.isRaw) stdin.setRawMode(false);
    },
  };
}

/** The last resort of a process that ends without closing the chat. */
function emergencyRestore(stdin: ReadStream, modes: string): void {
  try {
    stdin.setRawMode(false);
    writeSync(1, modes);
  } catch {
    // The terminal is gone: there is nothing left to restore.
  }
}
