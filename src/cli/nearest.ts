// The name that a mistyped one most likely stands for.
import { distance } from "fastest-levenshtein";

/** Letters that changed places count as one slip, not as two. `names` is not empty. */
export function nearestName(given: string, names: readonly string[]): string {
  const letters = (name: string) => [...name.toLowerCase()].sort().join("");
  const slips = (name: string) =>
    letters(name) === letters(given) ? Math.min(1, distance(given, name)) : distance(given, name);
  return names.reduce((best, name) => (slips(name) < slips(best) ? name : best));
}
