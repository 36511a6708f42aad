// A table that is being written: it is open, its columns growing with its cells, until it fills the room; from then on the columns
// stay as they are, and each row is final.
import type { FlowLayout } from "./flow.ts";
import type { Span } from "./span.ts";
import {
  type Cells,
  headerLines,
  measureRows,
  planTable,
  readRow,
  readTable,
  rowLines,
  rule,
  type Table,
  type TablePlan,
} from "./table.ts";

export interface TableLeaf {
  readonly type: "table";
  readonly table: Table;
  /** Those that were not drawn yet. */
  readonly rows: readonly Cells[];
  /** Those that decided how wide the columns are, once they are drawn. */
  readonly drawn: readonly Cells[] | undefined;
}

const delimiterLine = /^ {0,3}\|? *:?-+:? *(\| *:?-+:? *)*\|? *$/;

/** Undefined where `line` makes no table of the line before it. */
export function openTable(before: string, line: string, { look }: FlowLayout): TableLeaf | undefined {
  const table = delimiterLine.test(line) ? readTable(before, line, look) : undefined;
  return table && { type: "table", table, rows: [], drawn: undefined };
}

export function addTableRow(leaf: TableLeaf, line: string, layout: FlowLayout): { rows: Span[][]; leaf: TableLeaf } {
  const row = readRow(leaf.table, line, layout.look);
  if (leaf.drawn) {
    const plan = planOf(leaf.table, leaf.drawn, layout);
    return { rows: [...between(plan), ...rowLines(leaf.table, row, plan, layout.columns)], leaf };
  }
  const grown = { ...leaf, rows: [...leaf.rows, row] };
  const lines = tableLines(grown, layout);
  if (lines.length <= layout.room) return { rows: [], leaf: grown };
  return { rows: lines, leaf: { ...leaf, rows: [], drawn: grown.rows } };
}

/** The lines that were not drawn yet. */
export function tableLines({ table, rows, drawn }: TableLeaf, layout: FlowLayout): Span[][] {
  if (drawn) return [];
  const plan = planOf(table, rows, layout);
  const lines = rows.map((row) => rowLines(table, row, plan, layout.columns));
  return [
    ...headerLines(table, plan),
    ...lines.flatMap((row, index) => (index === 0 ? row : [...between(plan), ...row])),
  ];
}

function planOf(table: Table, rows: readonly Cells[], { columns }: FlowLayout): TablePlan {
  return planTable(measureRows([table.header, ...rows], table.header.length), columns);
}

function between(plan: TablePlan): Span[][] {
  return plan.isTight ? [rule(plan)] : [];
}
