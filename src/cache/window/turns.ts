// The default: the system prompt and the newest whole turns stay, the oldest whole turns go.
import { afterErasing, normalise, type TokenRange, totalLength } from "../ranges.ts";
import { type CachePolicy, type CacheView, excess } from "./policy.ts";
import { sinks } from "./sinks.ts";

/** Drops whole turns, oldest first. Inside a single turn larger than the window it falls back to `sinks`. */
export const turns: CachePolicy = (view) => {
  const dropped = oldestTurnsThatFree(excess(view), view);
  const freed = totalLength(dropped);
  const shorter = { ...view, length: view.length - freed };
  if (excess(shorter) <= 0) return normalise(dropped);
  const keep = afterErasing(dropped.at(-1)?.end ?? view.keep, dropped);
  const inside = sinks({ ...shorter, keep }).map(({ start, end }) => ({ start: start + freed, end: end + freed }));
  return normalise([...dropped, ...inside]);
};

/** A turn of which `keep` holds a part loses the rest but for its tail: without that the next turn would stand in its text. */
function oldestTurnsThatFree(tokens: number, view: CacheView): TokenRange[] {
  const dropped: TokenRange[] = [];
  for (const turn of view.turns.slice(0, -1)) {
    if (totalLength(dropped) >= tokens) break;
    const start = Math.max(turn.start, view.keep);
    const end = start > turn.start ? turn.end - turn.tail : turn.end;
    if (start < end) dropped.push({ start, end });
  }
  return dropped;
}
