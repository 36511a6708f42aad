// Asks the terminal in which column its cursor is, beside everything that is typed meanwhile: Ink passes over the answer.
import type { ReadStream } from "node:tty";

export interface CursorQuery {
  /** Before raw mode the answer would be echoed. */
  readonly isReady: boolean;
  /** The column, from 0; undefined where no answer comes. Whoever else reads the input reads on. */
  ask(): Promise<number | undefined>;
}

const question = "\u001b[6n";
// biome-ignore lint/suspicious/noControlCharactersInRegex: the answer is a control sequence
const answer = /\u001b\[\d+;(\d+)R/;
const patienceMs = 400;

export function createCursorQuery(stdin: ReadStream, write: (bytes: string) => void): CursorQuery {
  return {
    get isReady() {
      return stdin.isRaw;
    },
    ask: () =>
      new Promise((resolve) => {
        let heard = "";
        const end = (column?: number) => {
          clearTimeout(timer);
          stdin.off("data", listen);
          resolve(column);
        };
        const listen = (chunk: string | Uint8Array) => {
          heard += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("latin1");
          const column = answer.exec(heard)?.[1];
          if (column) end(Number(column) - 1);
        };
        const timer = setTimeout(end, patienceMs);
        stdin.on("data", listen);
        write(question);
      }),
  };
}
