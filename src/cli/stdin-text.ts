// Piped text as part of a prompt: all of stdin, as text that a model can be given, or a reason why not.
import { isUtf8 } from "node:buffer";
import { ExitCode, KvchatError } from "../session/errors.ts";

/** Far more than any context holds; a pipe without an end is refused instead of filling the memory. */
export const mostPromptBytes = 16 * 2 ** 20;

/** Reads stdin to its end; rejects with the signal's reason when that is aborted. */
export async function readStdinText(stdin: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of abortable(stdin, signal)) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostPromptBytes || chunk.includes(0)) break;
  }
  return decodeText(Buffer.concat(chunks), "The piped text");
}

/** Chunks of a stream; ends by throwing the signal's reason, and lets go of the stream either way. */
export async function* abortable(stream: NodeJS.ReadStream, signal: AbortSignal): AsyncGenerator<Buffer> {
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {});
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const chunks: AsyncIterator<Buffer | string> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([chunks.next(), aborted.promise]);
      if (done) return;
      yield Buffer.from(value);
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    stream.destroy();
  }
}

/** `bytes` as UTF-8 text, without a byte order mark. `what` begins the error's sentence. */
export function decodeText(bytes: Buffer, what: string): string {
  const refuse = (why: string, hint: string) => new KvchatError(`${what} ${why}.`, { hint, exitCode: ExitCode.usage });
  if (bytes.includes(0)) throw refuse("is no text: it holds NUL bytes", "Convert it to plain text first.");
  if (bytes.length > mostPromptBytes)
    throw refuse("is longer than 16 MiB", "No model's context holds so much; give less.");
  if (!isUtf8(bytes)) throw refuse("is no valid UTF-8", "Convert it first, for example with: iconv -t UTF-8");
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}
