// How `kvchat explain` writes its figures: numbers with their units, and no more digits than they are worth.
import prettyBytes from "pretty-bytes";

export const count = (tokens: number) => tokens.toLocaleString("en");
export const bytes = (value: number) => prettyBytes(value, { binary: true });

/** Milliseconds; a tenth is worth telling below 100. */
export function milliseconds(ms: number): string {
  return `${ms.toLocaleString("en", { maximumFractionDigits: ms < 100 ? 1 : 0 })} ms`;
}

/** How many times `value` is `of`. */
export function times(value: number, of: number): string {
  const ratio = of > 0 ? value / of : 1;
  return ratio.toLocaleString("en", { maximumFractionDigits: ratio < 100 ? 1 : 0 });
}
