// Opens the real conversation of a chat, and once more with other settings.
import type { Persistence } from "../../session/persistence.ts";
import type { ConversationSettings } from "../../session/settings.ts";
import type { OpenChat } from "./turns.ts";

export function createOpenChat(settings: ConversationSettings, persistence: Persistence): OpenChat {
  /** Those that could be opened last. */
  let current = settings;
  return async (handlers, reopening) => {
    // Loaded while the prompt is already there to type in.
    const { openConversation } = await import("../../session/open-conversation.ts");
    if (!reopening) return openConversation(settings, { ...handlers, persistence });
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
