// `kvchat run` with a terminal on both sides: the chat on a real conversation.
import type { ExitCode } from "../../session/errors.ts";
import type { ChatOptions } from "../run-options.ts";
import { showChat } from "./show-chat.tsx";

export async function runChat(options: ChatOptions): Promise<ExitCode> {
  const { settings, stdin, stdout, signal } = options;
  return showChat({
    modelName: settings.modelName,
    firstPrompt: options.firstPrompt ?? "",
    isQuiet: options.quiet,
    signal,
    stdin,
    stdout,
    // Loaded while the prompt is already there to type in.
    openChat: async (handlers) => {
      const { openConversation } = await import("../../session/open-conversation.ts");
      return openConversation(settings, handlers);
    },
  });
}
