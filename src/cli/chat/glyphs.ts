// The characters that gauges are drawn with: told apart by their shape, so that no colour is needed, and in ASCII where the
// terminal has no others.

/** What a context is made of, in its order. */
export type StripPart = "system" | "evicted" | "turns" | "turn" | "free";

export interface Glyphs {
  readonly strip: Readonly<Record<StripPart, string>>;
  readonly bar: { readonly full: string; readonly empty: string };
  /** From the least to the most. */
  readonly spark: string;
}

const unicode: Glyphs = {
  strip: { system: "▓", evicted: "░", turns: "█", turn: "▒", free: "·" },
  bar: { full: "▰", empty: "▱" },
  spark: "▁▂▃▄▅▆▇█",
};

const ascii: Glyphs = {
  strip: { system: "=", evicted: "~", turns: "#", turn: "+", free: "." },
  bar: { full: "#", empty: "." },
  spark: "_.:-=+*#",
};

/** The console of Linux has few glyphs in its font; a locale of another character set names it. */
export function createGlyphs({ TERM, LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): Glyphs {
  const locale = LC_ALL || LC_CTYPE || LANG || "";
  return TERM === "linux" || (locale !== "" && !/utf-?8/i.test(locale)) ? ascii : unicode;
}

export function bar(fraction: number, cells: number, { bar: { full, empty } }: Glyphs): string {
  const filled = Math.min(cells, Math.max(0, Math.round(fraction * cells)));
  return full.repeat(filled) + empty.repeat(cells - filled);
}
