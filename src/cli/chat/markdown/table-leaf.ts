// A table that is being written: it is open, its columns growing with its cells, until it fills the room; from then on the columns
// stay as they are, and each row is final.
import type { FlowLayout } from "./flow.ts";
import type { Span } from "./span.ts";
import {
  type Cells,
  headerLines,
  measureCells,
  planTable,
  readRow,
  readTable,
  rowLines,
  rule,
  type Table,
  type TablePlan,
  type Widths,
  widen,
} from "./table.ts";

export interface TableLeaf {
  readonly type: "table";
  readonly table: Table;
  readonly widths: Widths;
  /** Those that were not drawn yet. */
  readonly rows: readonly Cells[];
  readonly isDrawn: boolean;
}

const delimiterLine = /^ {0,3}\|? *:?-+:? *(\| *:?-+:? *)*\|? *$/;

/** Undefined where `line` makes no table of the line before it. */
export function openTable(before: string, line: string, { look }: FlowLayout): TableLeaf | undefined {
  const table = delimiterLine.test(line) ? readTable(before, line, look) : undefined;
  return table && { type: "table", table, widths: measureCells(table.header), rows: [], isDrawn: false };
}

export function addTableRow(leaf: TableLeaf, line: string, layout: FlowLayout): { rows: Span[][]; leaf: TableLeaf } {
  const { table, widths, rows, isDrawn } = leaf;
  const row = readRow(table, line, layout.look);
  if (isDrawn) {
    const plan = planTable(widths, layout.columns);
    return { rows: [...between(plan), ...rowLines(table, row, plan, layout.columns)], leaf };
  }
  const grown = { ...leaf, widths: widen(widths, measureCells(row)), rows: [...rows, row] };
  if (!isFull(grown, layout)) return { rows: [], leaf: grown };
  return { rows: tableLines(grown, layout), leaf: { ...grown, rows: [], isDrawn: true } };
}

/** The lines that were not drawn yet. */
export function tableLines({ table, widths, rows, isDrawn }: TableLeaf, { columns }: FlowLayout): Span[][] {
  if (isDrawn) return [];
  const plan = planTable(widths, columns);
  const lines = rows.map((row) => rowLines(table, row, plan, columns));
  return [
    ...headerLines(table, plan),
    ...lines.flatMap((row, index) => (index === 0 ? row : [...between(plan), ...row])),
  ];
}

function isFull(leaf: TableLeaf, layout: FlowLayout): boolean {
  const { isTight } = planTable(leaf.widths, layout.columns);
  return (isTight ? tableLines(leaf, layout).length : leaf.rows.length + 2) > layout.room;
}

function between(plan: TablePlan): Span[][] {
  return plan.isTight ? [rule(plan)] : [];
}
