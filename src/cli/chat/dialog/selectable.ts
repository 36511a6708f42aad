// A row of a list to choose from, marked where it is the selected one. Pure.
import type { Theme } from "../theme.ts";

const mark = "› ";
/** Columns before the text. */
export const markColumns = mark.length;

export function selectable(text: string, isSelected: boolean, theme: Theme): string {
  return isSelected ? theme.accent(mark) + theme.strong(text) : " ".repeat(markColumns) + text;
}
