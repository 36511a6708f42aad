// The input: what waits to be sent, then a mark, the rows of the editor that are in view, and a drawn cursor.
import { Text } from "ink";
import type { ReactNode } from "react";
import { cutToColumns } from "../sessions/cut-to-columns.ts";
import { type DrawnRow, editorView } from "./editor-rows.ts";
import { type ChatState, textColumns } from "./state.ts";
import type { Theme } from "./theme.ts";
import { oneLine } from "./turn-notes.ts";

const [mark, spokenMark] = ["› ", "> "];
const invitations = ["Ask anything. /help lists the commands.", "Ask anything. /help helps.", "/help helps"];

/** Columns of the editor's text: room is left for the mark and for a cursor after the last character. */
export function editorColumns(state: { columns: number }): number {
  return Math.max(4, textColumns(state) - mark.length - 1);
}

/** Rows that the input may take, so that the answer and the status stay in view above and below it. */
function editorHeight(rows: number): number {
  return Math.max(1, Math.min(Math.floor(rows / 2), rows - 6));
}

export function Prompt({ state, theme }: { state: ChatState; theme: Theme }): ReactNode {
  const { editor, look } = state;
  const sign = theme.accent(look.isForScreenReader ? spokenMark : mark);
  const view = editorView(editor, { columns: editorColumns(state), height: editorHeight(state.rows) });
  const lines = view.rows.map((row, index) => {
    const isTop = index === 0;
    const isBottom = index === view.rows.length - 1;
    if (isTop && view.hiddenAbove > 0) return theme.faint("⋮ ") + drawRow(row, theme);
    if (isBottom && view.hiddenBelow > 0) return theme.faint("⋮ ") + drawRow(row, theme);
    return (isTop ? sign : "  ") + drawRow(row, theme);
  });
  if (editor.text === "" && editor.history.length === 0) {
    const invitation = invitations.find((text) => text.length <= editorColumns(state)) ?? "";
    lines[0] = sign + theme.cursor(" ") + theme.faint(invitation);
  }
  return <Text wrap="truncate">{[...queueLines(state).map(theme.faint), ...lines].join("\n")}</Text>;
}

const mostQueueLines = 3;

/** What waits, a line each; of many the next ones and how many more. */
function queueLines({ queue, columns, rows }: ChatState): string[] {
  const room = rows < 16 ? 1 : mostQueueLines;
  const shown = queue.slice(0, queue.length > room ? Math.max(1, room - 1) : room);
  const lines = shown.map((text) => cutToColumns(`next: ${oneLine(text)}`, textColumns({ columns })));
  const more = queue.length - shown.length;
  return more > 0 && room > 1 ? [...lines, `and ${more} more`] : lines;
}

function drawRow(row: DrawnRow, theme: Theme): string {
  return row.before + (row.under === undefined ? "" : theme.cursor(row.under)) + row.after;
}
