// How the menu of completions looks: a row a candidate, those around the selected one where there is not room for all.
import stringWidth from "string-width";
import { cutInside, cutToColumns } from "../../sessions/cut-to-columns.ts";
import { firstInView } from "../terminal/first-in-view.ts";
import type { Menu } from "./menu.ts";

export interface MenuLine {
  readonly isSelected: boolean;
  readonly label: string;
  readonly detail: string;
}

const mostRows = 6;
const gap = "  ";

export function menuHeight(rows: number): number {
  return Math.max(1, Math.min(mostRows, rows - 7));
}

/** Lines that fit `columns`; where some are out of view, the last one says which of how many is selected. */
export function menuLines({ candidates, selected }: Menu, size: { columns: number; height: number }): MenuLine[] {
  const first = firstInView(selected, candidates.length, size.height);
  const shown = candidates.slice(first, first + size.height);
  const place = shown.length < candidates.length ? `${selected + 1} of ${candidates.length}` : "";
  const longest = Math.max(...shown.map(({ label }) => stringWidth(label)));
  const details = Math.max(...shown.map(({ detail = "" }) => stringWidth(detail)), stringWidth(place));
  const names = Math.min(longest, Math.max(size.columns - gap.length - details, Math.floor(size.columns * 0.6)));
  return shown.map(({ label, detail = "" }, row) => {
    const name = cutInside(label, names);
    const words = [detail, row === shown.length - 1 ? place : ""].filter((text) => text !== "").join(" · ");
    const room = size.columns - names - gap.length;
    return {
      isSelected: first + row === selected,
      label: name,
      detail: words === "" ? "" : " ".repeat(names - stringWidth(name)) + gap + cutToColumns(words, Math.max(1, room)),
    };
  });
}
