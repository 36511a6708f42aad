// Facts side by side in one line: shortened, then left out, the least important first, until they fit. Pure.
import { columnsOf, cutToColumns } from "../../sessions/cut-to-columns.ts";

/** One fact in its wordings, longest first. The lower its `weight`, the sooner it is shortened, then left out. */
export interface Segment {
  readonly wordings: readonly string[];
  readonly weight: number;
  /** Shown where there is room beside all others in their longest wordings. */
  readonly isExtra?: boolean;
}

const separator = " · ";

export function fitSegments(segments: readonly Segment[], columns: number): string {
  const all = segments.map((segment) => wording(segment, 0));
  let shown = columnsOfAll(all) <= columns ? all : all.filter(({ isExtra }) => !isExtra);
  while (columnsOfAll(shown) > columns) {
    const next = least(shown.filter(({ wordings, step }) => step < wordings.length - 1));
    if (next) shown = shown.map((segment) => (segment === next ? wording(segment, segment.step + 1) : segment));
    else if (shown.length > 1) shown = shown.filter((segment) => segment !== least(shown));
    else return cutToColumns(shown[0]?.text ?? "", columns);
  }
  return shown.map(({ text }) => text).join(separator);
}

interface Shown extends Segment {
  readonly step: number;
  readonly text: string;
  /** Counted once: a character that is not ASCII makes it dear. */
  readonly columns: number;
}

function wording(segment: Segment, step: number): Shown {
  const text = segment.wordings[step] ?? "";
  return { ...segment, step, text, columns: columnsOf(text) };
}

function columnsOfAll(shown: readonly Shown[]): number {
  return shown.reduce((sum, { columns }) => sum + columns + separator.length, -separator.length);
}

/** The one to shorten first; among equals the one that is still longest. */
function least(segments: readonly Shown[]): Shown | undefined {
  return segments.toSorted((a, b) => a.step - b.step || a.weight - b.weight)[0];
}
