// How a dialog looks: rows of text for a terminal of some size. Pure.
import { cutToColumns } from "../../sessions/cut-to-columns.ts";
import { printable } from "../printable.ts";
import { textColumns } from "../state.ts";
import type { TerminalSize } from "../terminal/frame-stream.ts";
import type { Theme } from "../theme.ts";
import { wrapText } from "../wrap.ts";
import type { ChoiceState } from "./choice-state.ts";
import type { Dialog } from "./dialog.ts";
import { pickerRows } from "./picker-rows.ts";
import { markColumns, selectable } from "./selectable.ts";
import { spokenRows } from "./spoken-dialog.ts";

export interface DialogLook {
  readonly theme: Theme;
  readonly isForScreenReader: boolean;
}

export function dialogRows(dialog: Dialog, size: TerminalSize, { theme, isForScreenReader }: DialogLook): string[] {
  const { kind, state } = dialog;
  if (isForScreenReader) return spokenRows(dialog, size, theme);
  return kind === "picker" ? pickerRows(state, size, theme) : choiceRows(state, size, theme);
}

const helps = ["arrows move, Enter takes, Esc leaves", "↑↓ Enter Esc"];

function choiceRows({ question, choices, selected }: ChoiceState, size: TerminalSize, theme: Theme): string[] {
  const columns = textColumns(size);
  const answers = choices.map(({ label }, index) => {
    const text = cutToColumns(printable(label), columns - markColumns);
    return selectable(text, index === selected, theme);
  });
  const room = Math.max(1, size.rows - answers.length - 2);
  const help = helps.find((text) => text.length <= columns) ?? "";
  return [...wrapText(printable(question), columns).slice(0, room), ...answers, theme.faint(help)];
}
