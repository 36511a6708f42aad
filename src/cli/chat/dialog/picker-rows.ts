// How the picker of sessions looks: what is typed, the sessions that are left, and, where there is room, what was said last in the
// selected one: beside the list in a wide terminal, below it in a high one. Pure.
import { columnsOf, cutBefore, cutToColumns } from "../../sessions/cut-to-columns.ts";
import { printable } from "../printable.ts";
import { textColumns } from "../state.ts";
import { firstInView } from "../terminal/first-in-view.ts";
import type { TerminalSize } from "../terminal/frame-stream.ts";
import type { Theme } from "../theme.ts";
import { wrapText } from "../wrap.ts";
import type { PickerState } from "./picker-state.ts";
import { markColumns, selectable } from "./selectable.ts";
import { nameColumns, sessionLine } from "./session-line.ts";

const title = "Go on with: ";
const helps = ["arrows move, typing narrows, Enter takes, Esc leaves", "↑↓ type, Enter, Esc", "Enter Esc"];
const mostRows = 12;
/** Rows besides the list and the preview: what is typed, the help, and one that stays free. */
const otherRows = 3;
const wideColumns = 110;
const highRows = 10;
/** Of a long message, as much as a preview may show. */
const previewCharacters = 4000;

export function pickerRows(state: PickerState, size: TerminalSize, theme: Theme): string[] {
  const { sessions, found, filter } = state;
  const columns = textColumns(size);
  const count = found.length === sessions.length ? `${found.length}` : `${found.length} of ${sessions.length}`;
  const help = [...helps.map((text) => `${count} · ${text}`), count].find((text) => text.length <= columns);
  return [
    `${title}${cutBefore(filter.text, Math.max(1, columns - title.length - 1))}${theme.cursor(" ")}`,
    ...bodyRows(state, size, theme),
    theme.faint(help ?? ""),
  ];
}

function bodyRows(state: PickerState, size: TerminalSize, theme: Theme): string[] {
  const columns = textColumns(size);
  const rows = Math.max(1, size.rows - otherRows);
  if (columns >= wideColumns) return sideBySide(state, { columns, rows: Math.min(rows, 2 * mostRows) }, theme);
  if (size.rows < highRows) return listRows(state, { columns, rows: Math.min(rows, mostRows) }, theme).map(drawn);
  const list = listRows(state, { columns, rows: Math.min(Math.ceil(rows / 2) - 1, mostRows) }, theme).map(drawn);
  const preview = previewRows(state, { columns: columns - 2, rows: rows - list.length - 1 }, theme);
  return [...list, theme.faint("─".repeat(columns)), ...preview.map((line) => `  ${line}`)];
}

function sideBySide(state: PickerState, { columns, rows }: TerminalSize, theme: Theme): string[] {
  const left = Math.floor(columns * 0.5);
  const list = listRows(state, { columns: left, rows: Math.min(rows, mostRows) }, theme);
  const preview = previewRows(state, { columns: columns - left - 3, rows }, theme);
  return Array.from({ length: Math.max(list.length, preview.length) }, (_, row) => {
    const cell = list[row] ?? { text: "", width: 0 };
    return `${cell.text}${" ".repeat(left - cell.width)} ${theme.faint("│")} ${preview[row] ?? ""}`.trimEnd();
  });
}

interface Cell {
  readonly text: string;
  /** Columns that it takes. */
  readonly width: number;
}

const drawn = ({ text }: Cell) => text;

/** The rows around the selected one that there is room for. */
function listRows({ sessions, found, selected, lines }: PickerState, size: TerminalSize, theme: Theme): Cell[] {
  const none = cutToColumns("  none has these words", size.columns);
  if (found.length === 0) return [{ text: theme.faint(none), width: columnsOf(none) }];
  const first = firstInView(selected, found.length, size.rows);
  const columns = size.columns - markColumns;
  const layout = { names: nameColumns(sessions, columns), columns, now: Date.now() };
  return found.slice(first, first + size.rows).map((session, row) => {
    const { name, facts } = sessionLine({ ...session, excerpt: lines.get(session.id) ?? session.excerpt }, layout);
    const text = selectable(name, first + row === selected, theme) + theme.faint(facts);
    return { text, width: markColumns + columnsOf(name) + columnsOf(facts) };
  });
}

/** The end of what was said in the selected session. */
function previewRows({ found, selected, texts }: PickerState, { columns, rows }: TerminalSize, theme: Theme): string[] {
  const session = found[selected];
  if (!session) return [];
  const lines = texts.endOf(session.id).flatMap(({ role, content }) => {
    const text = printable(content.trim().slice(-previewCharacters));
    const wrapped = wrapText(text, columns - (role === "user" ? 2 : 0));
    if (role === "assistant") return wrapped;
    return wrapped.map((line, index) => theme.accent(index === 0 ? "› " : "  ") + theme.strong(line));
  });
  return lines.slice(-rows);
}
