// The prompt of a run: an argument or a file, what of files it names before it, and piped text behind it. Only what was written as
// the prompt names files; what comes through a pipe is from elsewhere, and stays as it is.
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { readTextFile } from "../read-text-file.ts";
import { readStdinText } from "../stdin-text.ts";

/** `--file` stands for `--prompt`, and not beside it. Throws KvchatError where both are given, or the file is no text. */
export function promptOrFile(prompt: string | undefined, file: string | undefined): string | undefined {
  if (file === undefined) return prompt;
  const hint = "Give the path of a text file, or the prompt itself with --prompt.";
  if (prompt === undefined) return readTextFile(file, { name: "--file", hint });
  throw new KvchatError(`The prompt is given twice: by --file and as ${quoted(prompt)}.`, {
    hint: "Give one of them; @FILE in the prompt attaches a file.",
    exitCode: ExitCode.usage,
  });
}

/** As a message of the chat has them. Throws KvchatError for a file that cannot be attached. */
export async function withNamedFiles(prompt: string | undefined, { quiet }: { quiet: boolean }) {
  if (!prompt?.includes("@")) return prompt;
  const { gather } = await import("../chat/attach/gather.ts");
  const gathered = await gather(prompt, [], undefined);
  if ("message" in gathered) {
    throw new KvchatError(`${gathered.message}.`, { hint: gathered.hint, exitCode: ExitCode.usage });
  }
  if (!quiet) for (const note of gathered.notes) process.stderr.write(`kvchat: ${note}\n`);
  return gathered.content;
}

/** Argument first, blank line, piped text. Nothing is read from a terminal. */
export async function joinPrompt(argument: string | undefined, signal: AbortSignal): Promise<string> {
  const piped = process.stdin.isTTY ? "" : await readStdinText(process.stdin, signal);
  const parts = [argument ?? "", piped.trimEnd()].filter((part) => part.trim() !== "");
  if (parts.length > 0) return parts.join("\n\n");
  throw new KvchatError("There is no prompt: neither an argument nor piped text.", {
    hint: 'Give one, such as: kvchat run -p "Why is the sky blue?"',
    exitCode: ExitCode.usage,
  });
}
