// Lays the editor's text out in terminal rows: where each row starts and ends, which one holds the cursor, which are in view.
import { graphemeColumns, graphemes, lineStarts } from "../wrap.ts";

/** One terminal row of the editor; `end` is where the cursor goes on End, before the line feed or the last grapheme of the row. */
export interface EditorRow {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

const asciiLine = /^[ -~]*$/;

export function editorRows(text: string, columns: number): EditorRow[] {
  const rows: EditorRow[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    const starts = isShort(line, columns) ? [0] : lineStarts(line, columns);
    starts.forEach((start, position) => {
      const next = starts[position + 1];
      // The cursor of a row that wraps stays on it: the index after its last grapheme belongs to the next row.
      const end = next === undefined ? line.length : next - lastLength(line.slice(start, next));
      rows.push({ index: rows.length, start: offset + start, end: offset + end });
    });
    offset += line.length + 1;
  }
  return rows;
}

export function rowAt(rows: readonly EditorRow[], cursor: number): EditorRow {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((rows[middle] as EditorRow).start <= cursor) low = middle;
    else high = middle - 1;
  }
  return rows[low] as EditorRow;
}

/** Columns before the cursor in its row. */
export function columnOf(text: string, row: EditorRow, cursor: number): number {
  let columns = 0;
  for (const grapheme of graphemes(text.slice(row.start, cursor))) columns += graphemeColumns(grapheme);
  return columns;
}

/** Where in the text the cell at this column is, or the end of a row that is shorter. */
export function indexAtColumn(text: string, row: EditorRow, column: number): number {
  let index = row.start;
  let used = 0;
  for (const grapheme of graphemes(text.slice(row.start, row.end))) {
    used += graphemeColumns(grapheme);
    if (used > column) break;
    index += grapheme.length;
  }
  return index;
}

/** A row as it is drawn: the text before the cursor, the cell under it (absent on other rows), and the text after it. */
export interface DrawnRow {
  readonly before: string;
  readonly under?: string;
  readonly after: string;
}

export interface EditorView {
  readonly rows: readonly DrawnRow[];
  /** Rows that are out of view above and below. */
  readonly hiddenAbove: number;
  readonly hiddenBelow: number;
}

/** The rows in view, at most `height` of them, scrolled so that the cursor's row is among them. */
export function editorView(
  input: { text: string; cursor: number },
  size: { columns: number; height: number },
): EditorView {
  const rows = editorRows(input.text, size.columns);
  const current = rowAt(rows, input.cursor);
  const lastTop = Math.max(0, rows.length - size.height);
  const top = Math.min(lastTop, Math.max(0, current.index - Math.floor(size.height / 2)));
  const visible = rows.slice(top, top + size.height);
  const drawn = visible.map((row) => {
    const rowEnd = rows[row.index + 1]?.start ?? input.text.length;
    const text = input.text.slice(row.start, rowEnd).replace(/\n$/, "");
    return row === current
      ? drawCursorRow(text, input.cursor - row.start, size.columns)
      : { before: withoutTabs(text).trimEnd(), after: "" };
  });
  return { rows: drawn, hiddenAbove: top, hiddenBelow: rows.length - top - visible.length };
}

function drawCursorRow(text: string, cursor: number, columns: number): DrawnRow {
  const rest = text.slice(cursor);
  const under = firstGrapheme(rest);
  // Spaces that hang over the edge are unseen, so the cursor among them waits at the edge.
  const before = clipColumns(withoutTabs(text.slice(0, cursor)), columns);
  return {
    before,
    under: under === "" ? " " : withoutTabs(under),
    after: withoutTabs(rest.slice(under.length)).trimEnd(),
  };
}

function withoutTabs(text: string): string {
  return text.replaceAll("\t", "    ");
}

function clipColumns(text: string, columns: number): string {
  if (text.length <= columns && asciiLine.test(text)) return text;
  let used = 0;
  let end = 0;
  for (const grapheme of graphemes(text)) {
    used += graphemeColumns(grapheme);
    if (used > columns) break;
    end += grapheme.length;
  }
  return text.slice(0, end);
}

function isShort(line: string, columns: number): boolean {
  return line.length <= columns && asciiLine.test(line);
}

function firstGrapheme(text: string): string {
  for (const grapheme of graphemes(text)) return grapheme;
  return "";
}

function lastLength(text: string): number {
  let length = 0;
  for (const grapheme of graphemes(text.slice(-64))) length = grapheme.length;
  return length;
}
