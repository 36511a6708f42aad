// The stdout that Ink is given: each write is one whole frame of the live region, handed to the painter. It has the terminal's
// size but is no TTY, so that Ink sends no modes or cursor moves of its own.
import { Writable } from "node:stream";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export function createFrameStream(terminal: TerminalSize, onFrame: (frame: string) => void): NodeJS.WritableStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (chunk !== "") onFrame(chunk);
      done();
    },
  });
  // Ink re-measures when it hears "resize", so the size must always be the current one.
  Object.defineProperties(stream, {
    columns: { get: () => terminal.columns },
    rows: { get: () => terminal.rows },
  });
  return stream;
}
