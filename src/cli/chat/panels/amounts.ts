// How the chat writes numbers of tokens and bytes.
import prettyBytes from "pretty-bytes";

/** To three digits: asked for digits behind the point, it would ask the locale, which takes Bun 0.05 ms each time. */
export function bytes(value: number): string {
  return prettyBytes(value, { binary: true });
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

export function shortCount(value: number): string {
  return value < 1000 ? String(value) : `${(value / 1000).toFixed(1)}k`;
}

export function percent(fraction: number): string {
  return `${Math.round(fraction * 100)}%`;
}

/** `one` or `many` of something, with the number before it. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
