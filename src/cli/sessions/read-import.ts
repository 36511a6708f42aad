// `kvchat sessions import`: the whole of a file or of stdin, as text.
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";

/** `-` is stdin. */
export async function readImport(file: string): Promise<string> {
  const bytes = file === "-" ? await readStdin() : readFile(file);
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw new KvchatError(`${file === "-" ? "The piped text" : quoted(file)} is no valid UTF-8.`, {
    hint: "Convert it first, for example with: iconv -t UTF-8",
    exitCode: ExitCode.usage,
  });
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new KvchatError(`Cannot read ${quoted(file)}: ${(cause as Error).message}.`, {
      hint: "Name a file that is there; - is stdin.",
      exitCode: ExitCode.usage,
      cause,
    });
  }
}
