// `kvchat run` with a terminal on both sides: the chat on a real conversation.
import { createInterface } from "node:readline";
import type { ReadStream } from "node:tty";
import { withoutAttachments } from "../../session/attachments.ts";
import type { ExitCode } from "../../session/errors.ts";
import { nativeLog } from "../native-log.ts";
import { runPipe } from "../pipe/run-pipe.ts";
import type { ChatOptions } from "../run-options.ts";
import { createOpenChat } from "./open-chat.ts";

export async function runChat(options: ChatOptions): Promise<ExitCode> {
  if (process.env.TERM === "dumb") return chatByLines(options);
  // React decides by it, when it is first imported, whether to check each frame as developers need it.
  process.env.NODE_ENV ??= "production";
  const { showChat } = await import("./show-chat.tsx");
  const { settings, persistence, stdin, stdout, stderr, signal } = options;
  // Written to the same terminal, it would stand over the input.
  const logInto = stderr.isTTY ? (tell: (line: string) => void) => nativeLog(options, tell) : undefined;
  return showChat({
    modelName: settings.modelName,
    firstPrompt: options.firstPrompt ?? "",
    earlier: persistence.session?.messages ?? [],
    readHistory: () => persistence.recorder?.store.recentQuestions().map(withoutAttachments) ?? [],
    isPlain: options.plain,
    isForScreenReader: options.screenReader,
    isCalm: !options.motion,
    bellSeconds: options.bell,
    isQuiet: options.quiet,
    isVerbose: options.verbose,
    signal,
    stdin,
    stdout,
    openChat: createOpenChat(settings, persistence, logInto),
  });
}

/** A terminal that can move no cursor: a line is a message, the answer follows it. */
function chatByLines(options: ChatOptions): Promise<ExitCode> {
  if (!options.quiet) options.stderr.write("A line is a message; Ctrl-D leaves.\n");
  return runPipe({ ...options, prompt: "", turns: lines(options.firstPrompt, options.stdin), format: "text" });
}

async function* lines(first: string | undefined, stdin: ReadStream): AsyncGenerator<string> {
  if (first) yield first;
  yield* createInterface({ input: stdin });
}
