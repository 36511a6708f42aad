// Asks the terminal what it is and in which column its cursor is, beside everything that is typed meanwhile: Ink passes over the
// answers.
import type { ReadStream } from "node:tty";

export interface CursorQuery {
  /** Before raw mode the answers would be echoed. */
  readonly isReady: boolean;
  /** Whether it leaves the cursor's rows as they are when its width changes. Undefined where no answer comes. */
  keepsRows(): Promise<boolean | undefined>;
  /** The column, from 0; undefined where no answer comes. */
  column(): Promise<number | undefined>;
}

/** Secondary device attributes: what kind, which version. */
const askKind = "\u001b[>c";
// biome-ignore lint/suspicious/noControlCharactersInRegex: answers are control sequences
const kindAnswer = /\u001b\[>(\d+;\d+)[\d;]*c/;
/** XTerm, GNU screen, and xterm.js, which breaks all lines anew but the cursor's. All others that are known break it, too. */
const keepers = /^(41;|83;|0;276$)/;
const askColumn = "\u001b[6n";
// biome-ignore lint/suspicious/noControlCharactersInRegex: answers are control sequences
const columnAnswer = /\u001b\[\d+;(\d+)R/;
const patienceMs = 400;

export function createCursorQuery(stdin: ReadStream, write: (bytes: string) => void): CursorQuery {
  /** What is between the parentheses of the answer. Whoever else reads the input reads on. */
  function ask(question: string, answer: RegExp): Promise<string | undefined> {
    return new Promise((resolve) => {
      let heard = "";
      const end = (found?: string) => {
        clearTimeout(timer);
        stdin.off("data", listen);
        resolve(found);
      };
      const listen = (chunk: string | Uint8Array) => {
        heard += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("latin1");
        const found = answer.exec(heard)?.[1];
        if (found) end(found);
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
      const kind = await ask(askKind, kindAnswer);
      return kind === undefined ? undefined : keepers.test(kind);
    },
    async column() {
      const column = await ask(askColumn, columnAnswer);
      return column === undefined ? undefined : Number(column) - 1;
    },
  };
}
