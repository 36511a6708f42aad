// Writes an answer as it comes: the text alone, ending in exactly one newline.
import { printable } from "../chat/printable.ts";

export interface AnswerWriter {
  write(text: string): Promise<void>;
  /** Ends the answer; the next write begins another one. */
  end(): Promise<void>;
}

/** On a terminal control characters of the model are shown as pictures; a pipe gets the text as it is. */
export function createAnswerWriter(stdout: NodeJS.WriteStream): AnswerWriter {
  // Line ends wait for what follows, so that the answer doesn't end in several.
  let heldBack = "";
  return {
    async write(text) {
      const whole = heldBack + text;
      const body = whole.replace(/[\r\n]+$/, "");
      heldBack = whole.slice(body.length);
      if (body !== "") await writeTo(stdout, stdout.isTTY ? printable(body) : body);
    },
    async end() {
      heldBack = "";
      await writeTo(stdout, "\n");
    },
  };
}

/** Resolves once the stream takes more; at once where the reader has gone. */
export function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    // Under Bun a stream whose reader has gone says so here alone: it is not destroyed, and no event comes again.
    if (!stream.writable || stream.write(text)) return resolve();
    const goOn = () => {
      stream.off("drain", goOn);
      stream.off("close", goOn);
      stream.off("error", goOn);
      resolve();
    };
    stream.once("drain", goOn);
    stream.once("close", goOn);
    stream.once("error", goOn);
  });
}
