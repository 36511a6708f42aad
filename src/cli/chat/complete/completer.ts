// Tab: looks for what the input may go on with, and drives the menu that shows it.
import type { ChatStore } from "../chat-store.ts";
import type { Intent } from "../keys.ts";
import type { Turns } from "../turns.ts";
import { completeInput } from "./complete-input.ts";

export interface Completer {
  /** True for a key of completion, and for one of the menu where that is open. */
  handle(intent: Intent): boolean;
}

export function createCompleter(store: ChatStore, turns: Turns): Completer {
  const hint = (text: string) => store.dispatch({ type: "hinted", text });

  async function complete(): Promise<void> {
    const { text, cursor } = store.getState().editor;
    const { conversation } = turns;
    const completion = await completeInput(text, cursor, conversation && { conversation }).catch(() => undefined);
    const { editor } = store.getState();
    // What was looked for is typed no more.
    if (editor.text !== text || editor.cursor !== cursor) return;
    if (completion && completion.candidates.length > 0) store.dispatch({ type: "completed", completion });
    else hint(completion ? "Nothing begins like that" : "Tab completes /commands, what follows them, and @files");
  }

  function handleOpen(intent: Intent): boolean {
    switch (intent.type) {
      case "complete":
      case "down":
        store.dispatch({ type: "menuStepped", step: "next" });
        return true;
      case "completeBack":
      case "up":
        store.dispatch({ type: "menuStepped", step: "previous" });
        return true;
      case "submit":
        store.dispatch({ type: "menuTaken" });
        return true;
      case "stop":
      case "interrupt":
        store.dispatch({ type: "menuClosed" });
        return true;
      default:
        return false;
    }
  }

  return {
    handle(intent) {
      if (store.getState().menu) return handleOpen(intent);
      if (intent.type === "complete") void complete();
      return intent.type === "complete" || intent.type === "completeBack";
    },
  };
}
