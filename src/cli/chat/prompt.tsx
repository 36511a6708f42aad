// The input: what waits to be sent, then a mark, the rows of the editor that are in view with a drawn cursor, and below them what
// helps with it.
import { Text } from "ink";
import type { ReactNode } from "react";
import { cutToColumns } from "../sessions/cut-to-columns.ts";
import { attachmentLines } from "./attach/attachment-lines.ts";
import type { Menu } from "./complete/menu.ts";
import { menuHeight, menuLines } from "./complete/menu-lines.ts";
import { markColumns, selectable } from "./dialog/selectable.ts";
import { spokenSelection } from "./dialog/spoken-dialog.ts";
import { type DrawnRow, editorView } from "./editor/editor-rows.ts";
import { foundAt, foundText, type HistorySearch } from "./editor/history-search.ts";
import { type ChatState, textColumns } from "./state.ts";
import type { TerminalSize } from "./terminal/frame-stream.ts";
import type { Theme } from "./theme.ts";
import { oneLine } from "./turn-notes.ts";

const [mark, spokenMark] = ["› ", "> "];
const invitations = ["Ask anything. /help lists the commands.", "Ask anything. /help helps.", "/help helps"];

/** Columns of the editor's text: room is left for the mark and for a cursor after the last character. */
export function editorColumns(state: { columns: number }): number {
  return Math.max(4, textColumns(state) - mark.length - 1);
}

export function Prompt({ state, theme }: { state: ChatState; theme: Theme }): ReactNode {
  const above = queueLines(state).map(theme.faint);
  const below = belowRows(state, theme);
  const height = editorHeight(state.rows, above.length + below.length);
  const lines = state.search ? foundLines(state.search, state, theme, height) : editorLines(state, theme, height);
  return <Text wrap="truncate">{[...above, ...lines, ...below].join("\n")}</Text>;
}

function belowRows(state: ChatState, theme: Theme): string[] {
  if (state.search) return [searchLine(state.search, state, theme)];
  if (!state.menu) return attachmentRows(state, theme);
  return state.look.isForScreenReader ? [spokenMenu(state.menu, state)] : menuRows(state.menu, state, theme);
}

/** Rows that the input may take, so that the answer and the status stay in view above and below it. */
function editorHeight(rows: number, others: number): number {
  return Math.max(1, Math.min(Math.floor(rows / 2), rows - 6) - others);
}

function editorLines(state: ChatState, theme: Theme, height: number): string[] {
  const { editor } = state;
  const lines = rowLines(editor, state, height, theme);
  const drawn = lines.map(({ sign, row }) => sign + drawRow(row, theme.cursor));
  if (editor.text !== "" || editor.history.length > 0) return drawn;
  const invitation = invitations.find((text) => text.length <= editorColumns(state)) ?? "";
  return [`${lines[0]?.sign}${theme.cursor(" ")}${theme.faint(invitation)}`];
}

/** The rows of a text around its cursor, each with what stands before it. */
function rowLines(
  text: { text: string; cursor: number },
  state: ChatState,
  height: number,
  theme: Theme,
): { sign: string; row: DrawnRow }[] {
  const sign = theme.accent(state.look.isForScreenReader ? spokenMark : mark);
  const { rows, hiddenAbove, hiddenBelow } = editorView(text, { columns: editorColumns(state), height });
  return rows.map((row, index) => {
    const isCut = (index === 0 && hiddenAbove > 0) || (index === rows.length - 1 && hiddenBelow > 0);
    return { sign: isCut ? theme.faint("⋮ ") : index === 0 ? sign : "  ", row };
  });
}

function drawRow({ before, under, after }: DrawnRow, drawCursor: (text: string) => string): string {
  return before + (under === undefined ? "" : drawCursor(under)) + after;
}

/** What the search has found, from where it has found it. */
function foundLines(search: HistorySearch, state: ChatState, theme: Theme, height: number): string[] {
  const text = foundText(search, state.editor.history);
  const cursor = foundAt(text, search.query.text);
  return rowLines({ text, cursor }, state, height, theme).map(({ sign, row }) => sign + drawRow(row, theme.underlined));
}

function searchLine({ query, back }: HistorySearch, { columns }: ChatState, theme: Theme): string {
  const none = back === 0 ? " (none)" : "";
  const label = "search: ";
  const room = textColumns({ columns }) - label.length - none.length - 1;
  const rows = editorView(query, { columns: Math.max(4, room), height: 1 }).rows;
  return theme.faint(label) + rows.map((row) => drawRow(row, theme.cursor)).join("") + theme.faint(none);
}

/** One line that changes, and no list that is read out again with each key. */
function spokenMenu({ candidates, selected }: Menu, { columns }: ChatState): string {
  const { label = "", detail } = candidates[selected] ?? {};
  const name = detail === undefined ? label : `${label}, ${detail}`;
  return cutToColumns(spokenSelection(name, selected, candidates.length), textColumns({ columns }));
}

function menuRows(menu: Menu, { columns, rows }: ChatState, theme: Theme): string[] {
  const size = { columns: textColumns({ columns }) - markColumns, height: menuHeight(rows) };
  return menuLines(menu, size).map(
    ({ isSelected, label, detail }) => selectable(label, isSelected, theme) + theme.faint(detail),
  );
}

function attachmentRows({ attachments, status, columns, rows }: ChatState, theme: Theme): string[] {
  const size = { columns: textColumns({ columns }), rows };
  const lines = fewLines(
    attachmentLines(attachments, { contextSize: status.cache?.contextSize, columns: size.columns }),
    size,
    ({ text }) => text,
  );
  return lines.map(({ item, line }) => (item?.isProblem ? theme.alarm(line) : theme.faint(line)));
}

const mostLines = 3;

/** What waits, a line each. */
function queueLines({ queue, columns, rows }: ChatState): string[] {
  const size = { columns: textColumns({ columns }), rows };
  return fewLines(queue, size, (text) => `next: ${oneLine(text)}`).map(({ line }) => line);
}

/** A line for each of the first items, and how many more there are: in the last line where there is room for no other. */
function fewLines<Item>(items: readonly Item[], { columns, rows }: TerminalSize, describe: (item: Item) => string) {
  const room = rows < 16 ? 1 : mostLines;
  const shown = items.slice(0, items.length > room ? Math.max(1, room - 1) : room);
  const more = items.length - shown.length;
  const beside = more > 0 && room === 1 ? ` +${more}` : "";
  const lines: { item?: Item; line: string }[] = shown.map((item) => ({
    item,
    line: cutToColumns(describe(item), columns - beside.length) + beside,
  }));
  return more > 0 && room > 1 ? [...lines, { line: `and ${more} more` }] : lines;
}
