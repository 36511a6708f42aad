// The context as a strip of cells: system prompt, what has left, the turns that are kept, the latest turn, what is free. Pure.
import type { CacheUsage } from "../../../session/conversation-api.ts";
import type { Glyphs, StripPart } from "../glyphs.ts";

type Context = Pick<CacheUsage, "contextSize" | "used" | "system" | "evicted" | "turn">;

export interface StripRun {
  readonly part: StripPart;
  readonly text: string;
}

/** In tokens, in the order of the strip. */
export function stripTokens({ contextSize, used, system, evicted, turn }: Context): Record<StripPart, number> {
  return {
    system: Math.min(system, used),
    evicted,
    turns: Math.max(0, used - system - turn),
    turn: Math.min(turn, Math.max(0, used - system)),
    free: Math.max(0, contextSize - used),
  };
}

/** Runs of `cells` cells in all; a part that is there at all is seen, as far as there are cells. */
export function strip(context: Context, cells: number, glyphs: Glyphs): StripRun[] {
  const tokens = stripTokens(context);
  // What has left takes no room in the context. It is drawn to scale up to a quarter of it, and then no wider.
  const shown = { ...tokens, evicted: Math.min(tokens.evicted, Math.floor(context.contextSize / 4)) };
  const parts = Object.keys(shown) as StripPart[];
  const ends = cellEnds(Object.values(shown), cells);
  return parts
    .map((part, index) => ({ part, text: glyphs.strip[part].repeat((ends[index] ?? 0) - (ends[index - 1] ?? 0)) }))
    .filter(({ text }) => text !== "");
}

/** Where each part ends, rounded to cells: one that grows moves no end before its own. */
function cellEnds(amounts: readonly number[], cells: number): number[] {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  const least = amounts.map((amount) => (amount > 0 && cells >= amounts.filter((other) => other > 0).length ? 1 : 0));
  let sum = 0;
  const ends = amounts.map((amount) => {
    sum += amount;
    return total > 0 ? Math.round((sum / total) * cells) : 0;
  });
  for (let index = 0; index < ends.length; index++)
    ends[index] = Math.max(ends[index] as number, (ends[index - 1] ?? 0) + (least[index] as number));
  ends[ends.length - 1] = cells;
  for (let index = ends.length - 2; index >= 0; index--)
    ends[index] = Math.min(ends[index] as number, (ends[index + 1] as number) - (least[index + 1] as number));
  return ends;
}
