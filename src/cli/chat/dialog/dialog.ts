// What the user is asked in place of the input: to choose a session, or one of a few answers. Pure.

import type { Intent } from "../keys.ts";
import { type ChoiceState, initialChoice, reduceChoice } from "./choice-state.ts";
import { type PickerState, reducePicker } from "./picker-state.ts";

export type Dialog =
  | { readonly kind: "picker"; readonly state: PickerState }
  | { readonly kind: "choice"; readonly state: ChoiceState };

/** The dialog as it goes on; or how it was answered: a session's id, a choice's answer, undefined where the user left it. */
export type DialogStep = { readonly dialog: Dialog } | { readonly answer: string | undefined };

const leaving: ReadonlySet<Intent["type"]> = new Set(["stop", "interrupt", "endOfInput"]);

export function stepDialog(dialog: Dialog, intent: Intent): DialogStep {
  if (leaving.has(intent.type)) return { answer: undefined };
  if (intent.type === "submit") {
    const answer = chosen(dialog);
    if (answer !== undefined) return { answer };
  }
  return { dialog: reduceDialog(dialog, intent) };
}

/** A question that is answered by yes or no. */
export function confirmation(question: string, { yes }: { yes: string }): Dialog {
  return {
    kind: "choice",
    state: initialChoice(question, [
      { answer: "no", label: "No" },
      { answer: "yes", label: yes },
    ]),
  };
}

function chosen({ kind, state }: Dialog): string | undefined {
  return kind === "picker" ? state.found[state.selected]?.id : state.choices[state.selected]?.answer;
}

function reduceDialog(dialog: Dialog, intent: Intent): Dialog {
  return dialog.kind === "picker"
    ? { kind: "picker", state: reducePicker(dialog.state, intent) }
    : { kind: "choice", state: reduceChoice(dialog.state, intent) };
}
