// A program in a real pseudo-terminal, its bytes replayed in a terminal emulator: tests look at the screen a person would see.
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";

export interface TerminalProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string | undefined>;
  /** False: `env` is the whole environment, but for TERM. */
  readonly inherits?: boolean;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
  /** False for a terminal that cuts long lines instead of reflowing them when it becomes narrower. */
  readonly reflows?: boolean;
  /** False for one that answers no questions. */
  readonly answers?: boolean;
}

export interface Exit {
  readonly exitCode: number;
  readonly signal?: number;
}

export interface TerminalModes {
  readonly isCursorShown: boolean;
  readonly pastesInBrackets: boolean;
  readonly wrapsLines: boolean;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
export const bun = fileURLToPath(new URL("../../node_modules/.bin/bun", import.meta.url));
/** Far beyond what any step takes: only a test that fails waits for it. */
const patienceMs = 60_000;

export class TerminalSession {
  /** All bytes that the program wrote. */
  bytes = "";
  readonly exit: Promise<Exit>;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #pty: ReturnType<typeof spawn>;
  readonly #watchers = new Set<() => void>();
  /** The screen is in the middle of a synchronized update: nobody looks, as nobody sees that in a terminal. */
  #isDrawing = false;

  constructor(program: TerminalProgram) {
    const { columns = 80, rows = 24 } = program;
    const { CI: _, NO_COLOR: __, ...own } = process.env;
    const env = { ...(program.inherits === false ? {} : own), TERM: "xterm-256color", ...program.env };
    const windowsPty = program.reflows === false ? { backend: "conpty" as const, buildNumber: 19_000 } : {};
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 10_000,
      allowProposedApi: true,
      windowsPty,
    });
    this.#pty = spawn(program.file, [...program.args], {
      cols: columns,
      rows,
      cwd: program.cwd ?? root,
      env: defined(env),
    });
    this.#pty.onData((data) => {
      this.bytes += data;
      const isDrawing = this.bytes.lastIndexOf("\u001b[?2026h") > this.bytes.lastIndexOf("\u001b[?2026l");
      this.#terminal.write(data, () => {
        this.#isDrawing = isDrawing;
        for (const watcher of [...this.#watchers]) watcher();
      });
    });
    if (program.answers !== false) this.#terminal.onData((answer) => this.#pty.write(answer));
    this.exit = new Promise((resolve) => {
      this.#pty.onExit((exit) => this.#terminal.write("", () => resolve(exit)));
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  kill(signal: string): void {
    this.#pty.kill(signal);
  }

  /** Both the emulator and the program learn of the new size, the emulator first, as in a real window. */
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** The rows on screen, without the spaces at their ends. */
  screen(): string[] {
    return this.#rows().slice(this.#terminal.buffer.active.baseY);
  }

  /** Every row from the beginning of the scrollback to the end of the screen. */
  everything(): string[] {
    return this.#rows();
  }

  /** Everything as text, rows that the terminal itself wrapped joined again. */
  text(): string {
    const buffer = this.#terminal.buffer.active;
    let text = "";
    for (let row = 0; row < buffer.length; row++) {
      const line = buffer.getLine(row);
      const continues = buffer.getLine(row + 1)?.isWrapped ?? false;
      text += line?.translateToString(!continues) + (continues ? "" : "\n");
    }
    return text;
  }

  /** The screen's row and column that the terminal's cursor is in, from 0. */
  cursor(): { row: number; column: number } {
    const { cursorY: row, cursorX: column } = this.#terminal.buffer.active;
    return { row, column };
  }

  /** What the program has told the terminal to do. */
  modes(): TerminalModes {
    const { bracketedPasteMode, wraparoundMode } = this.#terminal.modes;
    const isCursorShown = this.bytes.lastIndexOf("\u001b[?25h") >= this.bytes.lastIndexOf("\u001b[?25l");
    return { isCursorShown, pastesInBrackets: bracketedPasteMode, wrapsLines: wraparoundMode };
  }

  /** Resolves when the screen is as wanted. */
  async waitFor(what: string | RegExp | ((screen: string) => boolean)): Promise<string> {
    const matches = (screen: string) =>
      typeof what === "string" ? screen.includes(what) : what instanceof RegExp ? what.test(screen) : what(screen);
    return new Promise((resolve, reject) => {
      const check = () => {
        const screen = this.screen().join("\n");
        if (this.#isDrawing || !matches(screen)) return;
        this.#watchers.delete(check);
        clearTimeout(timer);
        resolve(screen);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(check);
        reject(new Error(`The screen never showed ${what}. It shows:\n${this.screen().join("\n")}`));
      }, patienceMs);
      this.#watchers.add(check);
      check();
    });
  }

  #rows(): string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: buffer.length }, (_, row) =>
      (buffer.getLine(row)?.translateToString(true) ?? "").trimEnd(),
    );
  }

  [Symbol.dispose](): void {
    try {
      this.#pty.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    this.#terminal.dispose();
  }
}

function defined(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
