// Asks the terminal what it is, how wide, and in which column its cursor is, beside everything that is typed meanwhile: Ink passes
// over the answers.
import type { ReadStream } from "node:tty";

export interface CursorQuery {
  /** Before raw mode the answers would be echoed. */
  readonly isReady: boolean;
  /** Whether it leaves the cursor's rows as they are when its width changes. Undefined where no answer comes. */
  keepsRows(): Promise<boolean | undefined>;
  /** Undefined where no answer comes. */
  place(): Promise<CursorAnswer | undefined>;
}

export interface CursorAnswer {
  /** From 0. */
  readonly column: number;
  /** Of the terminal at that moment. tmux tells of a new width up to a quarter of a second after it has made it. */
  readonly columns: number;
}

/** Secondary device attributes: what kind, which version. */
const askKind = "\u001b[>c";
// biome-ignore lint/suspicious/noControlCharactersInRegex: answers are control sequences
const kindAnswer = /\u001b?\u001b\[>(\d+;\d+)[\d;]*c/g;
/** XTerm, GNU screen, and xterm.js, which breaks all lines anew but the cursor's. All others that are known break it, too. */
const keepers = /^(41;|83;|0;276$)/;
/** In which column the cursor is, and in which the last one of its row; it stays where it is. */
const askPlace = "\u001b[6n\u001b7\u001b[999G\u001b[6n\u001b8";
// biome-ignore lint/suspicious/noControlCharactersInRegex: answers are control sequences
const columnAnswer = /\u001b?\u001b\[\d+;(\d+)R/g;
const escapeKey = "\u001b";
const patienceMs = 400;
/** How long Ink waits for what may follow an Esc. It would take an answer for that, and pass over both. */
const escapeMs = 20;

export function createCursorQuery(stdin: ReadStream, write: (bytes: string) => void): CursorQuery {
  /** What is between the parentheses of so many answers. Whoever else reads the input reads on. */
  function ask(question: string, answer: RegExp, times: number): Promise<string[] | undefined> {
    return new Promise((resolve) => {
      let heard = "";
      let heardAt = 0;
      const end = (found?: string[]) => {
        clearTimeout(timer);
        stdin.off("data", listen);
        resolve(found);
      };
      const listen = (chunk: string | Uint8Array) => {
        const now = performance.now();
        if (now - heardAt >= escapeMs && heard.endsWith(escapeKey)) heard = heard.slice(0, -1);
        heardAt = now;
        heard += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("latin1");
        const found = [...heard.matchAll(answer)];
        if (found.length < times) return;
        end(found.map(([, value = ""]) => value));
        const isEscapeLost = found.some(([whole]) => whole.startsWith(escapeKey + escapeKey));
        if (isEscapeLost) stdin.unshift(escapeKey);
      };
      const timer = setTimeout(end, patienceMs);
      stdin.on("data", listen);
      write(question);
    });
  }

  return {
    get isReady() {
      return stdin.isRaw;
    },
    async keepsRows() {
      const kind = await ask(askKind, kindAnswer, 1);
      return kind && keepers.test(kind[0] ?? "");
    },
    async place() {
      const answers = await ask(askPlace, columnAnswer, 2);
      const [column, last] = (answers ?? []).map(Number);
      return column && last ? { column: column - 1, columns: last } : undefined;
    },
  };
}
