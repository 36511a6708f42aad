// Facts side by side in one line: shortened, then left out, the least important first, until they fit. Pure.
import stringWidth from "string-width";
import { cutToColumns } from "../sessions/cut-to-columns.ts";

/** One fact in its wordings, longest first. The lower its `weight`, the sooner it is shortened, then left out. */
export interface Segment {
  readonly wordings: readonly string[];
  readonly weight: number;
  /** Shown where there is room beside all others in their longest wordings. */
  readonly isExtra?: boolean;
}

const separator = " · ";

export function fitSegments(segments: readonly Segment[], columns: number): string {
  const longest = segments.map(({ wordings }) => wordings[0] ?? "").join(separator);
  const wanted = stringWidth(longest) <= columns ? segments : segments.filter(({ isExtra }) => !isExtra);
  let shown = wanted.map(({ wordings, weight }) => ({ wordings, weight, step: 0 }));
  for (;;) {
    const text = shown.map(({ wordings, step }) => wordings[step] ?? "").join(separator);
    if (stringWidth(text) <= columns) return text;
    const shortenable = shown.filter(({ wordings, step }) => step < wordings.length - 1);
    const next = least(shortenable);
    if (next) shown = shown.map((segment) => (segment === next ? { ...segment, step: segment.step + 1 } : segment));
    else if (shown.length > 1) shown = shown.filter((segment) => segment !== least(shown));
    else return cutToColumns(text, columns);
  }
}

/** The one to shorten first; among equals the one that is still longest. */
function least<T extends Segment & { step: number }>(segments: readonly T[]): T | undefined {
  return segments.toSorted((a, b) => a.step - b.step || a.weight - b.weight)[0];
}
