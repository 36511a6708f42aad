// Lays rows of two columns out as text: the right one wraps under itself, and goes below the left where there is no room beside it.
import stringWidth from "string-width";
import { wrapText } from "../wrap.ts";

export type TableRow = readonly [left: string, right: string];

const gap = 2;
const narrowestRight = 16;
const indent = "  ";

/** Text of lines that fit `columns`, where the words do. A row of two empty strings is a blank line. */
export function tableRows(rows: readonly TableRow[], columns: number): string {
  const leftColumns = Math.max(...rows.map(([left]) => stringWidth(left))) + gap;
  const rightColumns = columns - leftColumns;
  const isStacked = rightColumns < narrowestRight && rows.some(([, right]) => stringWidth(right) > rightColumns);
  return rows
    .flatMap((row) => (isStacked ? stack(row, columns) : sideBySide(row, leftColumns, rightColumns)))
    .join("\n");
}

function sideBySide([left, right]: TableRow, leftColumns: number, rightColumns: number): string[] {
  const pad = " ".repeat(leftColumns - stringWidth(left));
  return wrapText(right, rightColumns).map((line, index) =>
    (index === 0 ? left + pad + line : " ".repeat(leftColumns) + line).trimEnd(),
  );
}

function stack([left, right]: TableRow, columns: number): string[] {
  if (right === "") return [left];
  return [left, ...wrapText(right, columns - indent.length).map((line) => indent + line)];
}
