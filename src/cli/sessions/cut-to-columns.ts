// One line of text in the columns that there are; what is left out is marked.
import stringWidth from "string-width";
import { graphemesOf } from "../../session/graphemes.ts";

/** Each character takes one column; ten thousand lines need not be taken apart to know it. */
const isPlain = /^[ -~]*$/;

/** Columns that `text` takes. */
export function columnsOf(text: string): number {
  return isPlain.test(text) ? text.length : stringWidth(text);
}

/** `text` with blanks behind it, up to so many columns. */
export function padToColumns(text: string, columns: number): string {
  return text.padEnd(columns + text.length - columnsOf(text));
}

/** The beginning and the end of `text` in at most `columns`, an ellipsis between them where something was cut. */
export function cutInside(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const end = endOf(text, columns / 2);
  return cutToColumns(text, columns - columnsOf(end)) + end;
}

/** The end of `text` in at most `columns`, an ellipsis where something was cut. */
export function cutBefore(text: string, columns: number): string {
  return columnsOf(text) <= columns ? text : `…${endOf(text, columns - 1)}`;
}

function endOf(text: string, columns: number): string {
  const kept: string[] = [];
  let width = 0;
  for (const segment of [...graphemesOf(text)].reverse()) {
    width += columnsOf(segment);
    if (width > columns) break;
    kept.unshift(segment);
  }
  return kept.join("");
}

/** The beginning of `text` in at most `columns`, an ellipsis where something was cut. */
export function cutToColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (isPlain.test(text)) return `${text.slice(0, columns - 1)}…`;
  let kept = "";
  let width = 1;
  for (const segment of graphemesOf(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}
