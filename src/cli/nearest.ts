// The name that a mistyped one most likely stands for.
import { distance } from "fastest-levenshtein";

/** `names` is not empty. */
export function nearestName(given: string, names: readonly string[]): string {
  return names.reduce((best, name) => (slips(given, name) < slips(given, best) ? name : best));
}

/** The beginning of a hint, for a flag or a command that is none: empty where nothing is so near that it may have been meant. */
export function nearestHint(given: string, names: readonly string[]): string {
  const near = nearName(given, names);
  return near === undefined ? "" : `The nearest is ${near}; `;
}

/** Undefined where nothing is so near that it may have been meant. */
export function nearName(given: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = nearestName(given, names);
  const [one, other] = [given, nearest].map((name) => name.replace(/^-+(no-)?/, "")) as [string, string];
  return slips(one, other) <= Math.max(one.length, other.length) / 3 ? nearest : undefined;
}

/** Letters that changed places count as one slip, not as two. */
function slips(given: string, name: string): number {
  const letters = (text: string) => [...text.toLowerCase()].sort().join("");
  const changed = distance(given, name);
  return letters(name) === letters(given) ? Math.min(1, changed) : changed;
}
