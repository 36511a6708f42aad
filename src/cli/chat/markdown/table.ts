// Tables in the columns that there are: cells wrap, and where columns would grow too narrow to read, each row becomes a few lines
// of "name: value".
import { Lexer, type Tokens } from "marked";
import { textWidth } from "../wrap.ts";
import { inlineSpans } from "./inline.ts";
import { type Look, type Span, span, styled, textOf, wrapSpans } from "./span.ts";

export type Cells = readonly (readonly Span[])[];

export interface Table {
  readonly header: Cells;
  readonly aligns: Tokens.Table["align"];
}

/** Of each column: its widest cell, and its widest word. */
export type Widths = readonly { readonly cell: number; readonly word: number }[];

/** How wide a table's columns are; null where it is too narrow for them. */
export interface TablePlan {
  readonly columns: readonly number[] | null;
  /** Cells are wrapped, so that only lines between the rows tell them apart. */
  readonly isTight: boolean;
}

/** Three columns of lines between two of text. */
const bar = " │ ";
const crossing = "─┼─";
const widestWord = 16;
const narrowest = 8;

/** A table's first two lines as marked understands them; undefined where they begin none. */
export function readTable(header: string, delimiters: string, look: Look): Table | undefined {
  const table = lexTable(`${header}\n${delimiters}`);
  return table && { header: table.header.map(({ text }) => inlineSpans(text, look)), aligns: table.align };
}

/** The cells of a further line, as many as the header has. */
export function readRow(table: Table, line: string, look: Look): Cells {
  const names = `|${" a |".repeat(table.header.length)}`;
  const read = lexTable(`${names}\n${names.replaceAll(" a ", " - ")}\n${line}`);
  const cells = read?.rows[0] ?? [];
  return table.header.map((_, column) => inlineSpans(cells[column]?.text ?? "", look));
}

function lexTable(source: string): Tokens.Table | undefined {
  const [token] = new Lexer().blockTokens(source, []);
  return token?.type === "table" ? (token as Tokens.Table) : undefined;
}

export function measureCells(cells: Cells): Widths {
  return cells.map((cell) => {
    const text = textOf(cell);
    // A wide character of a later row must fit, too.
    const widest = (parts: readonly string[]) => Math.max(2, ...parts.map(textWidth));
    return { cell: widest(text.split("\n")), word: Math.min(widestWord, widest(text.split(/\s+/))) };
  });
}

/** What holds both. */
export function widen(widths: Widths, others: Widths): Widths {
  return widths.map(({ cell, word }, column) => {
    const other = others[column];
    return { cell: Math.max(cell, other?.cell ?? 0), word: Math.max(word, other?.word ?? 0) };
  });
}

export function planTable(widths: Widths, columns: number): TablePlan {
  const room = columns - bar.length * (widths.length - 1);
  const wanted = widths.map(({ cell }) => cell);
  if (sum(wanted) <= room) return { columns: wanted, isTight: false };
  const words = widths.map(({ cell, word }) => Math.min(cell, word));
  if (sum(words) <= room) return { columns: share(room, wanted, words), isTight: true };
  const least = wanted.map((cell) => Math.min(cell, narrowest));
  return { columns: sum(least) <= room ? share(room, wanted, least) : null, isTight: true };
}

/** Gives room to the columns that have least of what they want, until it is used up. */
function share(room: number, wanted: readonly number[], least: readonly number[]): number[] {
  const widths = [...least];
  for (let left = room - sum(least); left > 0; left--) {
    let poorest = -1;
    widths.forEach((width, column) => {
      if (width < (wanted[column] ?? 0) && (poorest < 0 || width < (widths[poorest] ?? 0))) poorest = column;
    });
    if (poorest < 0) break;
    widths[poorest] = (widths[poorest] ?? 0) + 1;
  }
  return widths;
}

/** The header and the line under it; nothing where each row names its cells. */
export function headerLines(table: Table, plan: TablePlan): Span[][] {
  if (plan.columns === null) return [];
  return [
    ...rowLines(
      { ...table, header: [] },
      table.header.map((cell) => styled(cell, "strong")),
      plan,
    ),
    rule(plan),
  ];
}

/** The lines of one row. Between rows that wrap belongs a `rule`. */
export function rowLines({ header, aligns }: Table, cells: Cells, { columns }: TablePlan, width = 0): Span[][] {
  if (columns === null) {
    const named = cells.map((cell, column) => [
      ...styled(header[column] ?? [], "strong"),
      span(": ", "strong"),
      ...cell,
    ]);
    return named.flatMap((line) => wrapSpans(line, width));
  }
  const wrapped = cells.map((cell, column) => wrapSpans(cell, columns[column] ?? 1));
  const height = Math.max(1, ...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    columns.flatMap((column, index): Span[] => {
      const padded = pad(wrapped[index]?.[row] ?? [], column, aligns[index]);
      return index === 0 ? padded : [span(bar, "faint"), ...padded];
    }),
  );
}

/** Between header and rows, and between rows that wrap; a blank line between rows that name their cells. */
export function rule({ columns }: TablePlan): Span[] {
  return columns === null ? [] : [span(columns.map((column) => "─".repeat(column)).join(crossing), "faint")];
}

function pad(line: readonly Span[], columns: number, align: string | null | undefined): Span[] {
  const space = Math.max(0, columns - textWidth(textOf(line)));
  const before = align === "right" ? space : align === "center" ? Math.floor(space / 2) : 0;
  return [span(" ".repeat(before)), ...line, span(" ".repeat(space - before))];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
