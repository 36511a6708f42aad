// Asks the user in the chat, in place of the input, and waits for the answer.
import type { ChatStore } from "../chat-store.ts";
import type { Intent } from "../keys.ts";
import { confirmation, type Dialog, stepDialog } from "./dialog.ts";

export interface Dialogs {
  /** The answer; undefined where the user gave none, and where the chat ends. */
  ask(dialog: Dialog): Promise<string | undefined>;
  confirm(question: string, how: { yes: string }): Promise<boolean>;
  /** A key while a dialog is open. */
  handle(intent: Intent): void;
}

export function createDialogs(store: ChatStore, ending: AbortSignal): Dialogs {
  let answer: (value: string | undefined) => void = () => {};

  function close(value: string | undefined): void {
    store.dispatch({ type: "asked", dialog: undefined });
    answer(value);
  }

  function ask(dialog: Dialog): Promise<string | undefined> {
    if (ending.aborted) return Promise.resolve(undefined);
    store.dispatch({ type: "asked", dialog });
    return new Promise((resolve) => {
      answer = resolve;
    });
  }

  ending.addEventListener("abort", () => close(undefined), { once: true });
  return {
    ask,
    confirm: async (question, how) => (await ask(confirmation(question, how))) === "yes",
    handle(intent) {
      const { dialog } = store.getState();
      if (!dialog) return;
      const step = stepDialog(dialog, intent);
      if ("answer" in step) close(step.answer);
      else store.dispatch({ type: "asked", dialog: step.dialog });
    },
  };
}
