// A dialog for a screen reader: sentences, of which a key changes the one that tells what is selected, and no other. Pure.
import { cutToColumns } from "../../sessions/cut-to-columns.ts";
import { ageOf } from "../../sessions/format-list.ts";
import { plural } from "../panels/amounts.ts";
import { printable } from "../printable.ts";
import { textColumns } from "../state.ts";
import type { TerminalSize } from "../terminal/frame-stream.ts";
import type { Theme } from "../theme.ts";
import { oneLine } from "../turn-notes.ts";
import { wrapText } from "../wrap.ts";
import type { ChoiceState } from "./choice-state.ts";
import type { Dialog } from "./dialog.ts";
import type { PickerState } from "./picker-state.ts";

/** What is read aloud of a message. */
const mostColumns = 120;

/** As much as there is room for: of a picker the beginning, which says what is selected. */
export function spokenRows({ kind, state }: Dialog, size: TerminalSize, theme: Theme): string[] {
  const columns = textColumns(size);
  const [first = "", ...others] = kind === "picker" ? spokenPicker(state) : spokenChoice(state);
  const top = wrapText(first, columns - 1);
  if (kind === "picker") top.push(`${top.pop() ?? ""}${theme.cursor(" ")}`);
  const rows = [...top, ...others.flatMap((line) => wrapText(line, columns))];
  return kind === "picker" ? rows.slice(0, size.rows - 1) : rows.slice(1 - size.rows);
}

/** What is selected in a list, and where it stands. */
export function spokenSelection(name: string, index: number, count: number): string {
  return `Selected: ${name}, ${index + 1} of ${count}.`;
}

function beginning(text: string): string {
  return cutToColumns(oneLine(text), mostColumns);
}

function spokenChoice({ question, choices, selected }: ChoiceState): string[] {
  const labels = choices.map(({ label }) => printable(label));
  return [
    printable(question),
    `Answers: ${labels.join("; ")}.`,
    spokenSelection(labels[selected] ?? "", selected, choices.length),
    "Arrows move, Enter takes it, Escape leaves.",
  ];
}

function spokenPicker({ found, filter, selected, texts, lines }: PickerState): string[] {
  const session = found[selected];
  const typed = `Go on with: ${filter.text}`;
  if (!session) return [typed, "No chat has these words.", "Typing searches, Escape leaves."];
  const { name, turns, updated } = session;
  const age = ageOf(Date.now() - updated);
  const facts = `${printable(name)}, ${plural(turns, "turn")}, ${age === "now" ? age : `${age} ago`}`;
  const line = lines.get(session.id);
  const last = texts.endOf(session.id).at(-1);
  return [
    typed,
    spokenSelection(facts, selected, found.length),
    ...(line === undefined ? [] : [`Found: ${beginning(line)}`]),
    ...(last ? [`Said last: ${beginning(last.content)}`] : []),
    "Arrows move, typing narrows, Enter takes it, Escape leaves.",
  ];
}
