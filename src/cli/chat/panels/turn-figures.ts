// What is kept of each turn for `/stats`.
import type { TurnResult, TurnTokens } from "../../../session/events.ts";

/** Times in milliseconds, rates in tokens a second; 0 where nothing was measured. */
export interface TurnFigures {
  readonly firstTokenMs: number;
  readonly prefillPerSecond: number;
  readonly decodePerSecond: number;
  readonly tokens: TurnTokens;
}

export function figuresOf({ timings, tokens }: TurnResult): TurnFigures {
  const { firstTokenMs, prefillPerSecond, decodePerSecond } = timings;
  return { firstTokenMs, prefillPerSecond, decodePerSecond, tokens };
}
