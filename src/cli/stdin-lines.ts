// The turns of `--turns`: stdin line by line, each as soon as it is there. (node:readline loses lines under Bun.)
import { abortable, decodeText, mostPromptBytes } from "./stdin-text.ts";

const lineFeed = 0x0a;

/** Lines without their line ends; the last one counts also without one. Ends quietly when the signal is aborted. */
export async function* readStdinLines(stdin: NodeJS.ReadStream, signal: AbortSignal): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let lineNumber = 1;
  try {
    for await (const chunk of abortable(stdin, signal)) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(lineFeed); end >= 0; end = rest.indexOf(lineFeed)) {
        yield decodeLine(rest.subarray(0, end), lineNumber++);
        rest = rest.subarray(end + 1);
      }
      if (rest.length > mostPromptBytes) break;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  if (rest.length > 0) yield decodeLine(rest, lineNumber);
}

function decodeLine(bytes: Buffer, lineNumber: number): string {
  return decodeText(bytes, `Line ${lineNumber} of the turns`).replace(/\r$/, "");
}
