// Opens the real conversation of a chat, and once more with other settings.
import type { Persistence } from "../../session/persistence.ts";
import type { ConversationSettings } from "../../session/settings.ts";
import type { OpenChat } from "./turns.ts";

type NativeLog = ConversationSettings["onNativeLog"];

/** `logInto` makes of what tells the chat's user a line what takes llama.cpp's. */
export function createOpenChat(
  settings: ConversationSettings,
  persistence: Persistence,
  logInto?: (tell: (line: string) => void) => NativeLog,
): OpenChat {
  /** Those that could be opened last. */
  let current = settings;
  return async (handlers, reopening) => {
    // Loaded while the prompt is already there to type in.
    const { openConversation } = await import("../../session/open-conversation.ts");
    if (logInto) current = { ...current, onNativeLog: logInto(handlers.onLog) };
    if (!reopening) return openConversation(current, { ...handlers, persistence });
    const { handed, taken } = reopening;
    const wanted = { ...current, ...reopening.settings };
    const opened = await openConversation(wanted, {
      ...handlers,
      transcript: taken ? undefined : handed.transcript,
      persistence: { ...persistence, recorder: (taken ?? handed).recorder, session: taken?.session },
    });
    current = wanted;
    return opened;
  };
}
