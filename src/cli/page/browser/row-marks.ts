// How each row of a comparison is told apart in all its plots: by shape and dash as well as by hue.
import { type ComparedRow, pairName } from "../../../session/compare/report.ts";

export interface MarkedRow {
  readonly row: ComparedRow;
  readonly name: string;
  readonly hue: string;
  readonly symbol: (typeof symbols)[number];
  readonly dash: string;
}

const symbols = ["circle", "square", "triangle", "diamond", "star", "cross", "wye"] as const;
const dashes = ["none", "7 3", "2 3"];
/** Of the page's style, beside that of the baseline. */
const hues = 4;

/** The baseline is the first, and has the colour of text for itself. */
export function markedRow(row: ComparedRow, index: number): MarkedRow {
  return {
    row,
    name: pairName(row),
    hue: `var(--hue${index === 0 ? 0 : 1 + ((index - 1) % hues)})`,
    symbol: symbols[index % symbols.length] as MarkedRow["symbol"],
    dash: dashes[index % dashes.length] as string,
  };
}
