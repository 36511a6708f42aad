// The default: the system prompt and the newest whole turns stay, the oldest whole turns go.
import { normalise } from "../ranges.ts";
import { type CachePolicy, type CacheView, excess } from "./policy.ts";
import { sinks } from "./sinks.ts";

/** Drops whole turns, oldest first. Inside a single turn larger than the window it falls back to `sinks`. */
export const turns: CachePolicy = (view) => {
  const dropped = oldestTurnsThatFree(excess(view), view);
  const left = view.length - dropped.reduce((sum, turn) => sum + turn.end - turn.start, 0);
  if (left + view.reserve <= view.contextSize) return normalise(dropped);
  const rest = dropped.at(-1)?.end ?? view.keep;
  const shorter = { ...view, length: left, turns: [{ start: view.keep, end: left }] };
  const shift = rest - view.keep;
  const inside = sinks(shorter).map(({ start, end }) => ({ start: start + shift, end: end + shift }));
  return normalise([...dropped, ...inside]);
};

function oldestTurnsThatFree(tokens: number, view: CacheView) {
  const dropped = [];
  let freed = 0;
  for (const turn of view.turns.slice(0, -1)) {
    if (freed >= tokens) break;
    const start = Math.max(turn.start, view.keep);
    if (start >= turn.end) continue;
    dropped.push({ start, end: turn.end });
    freed += turn.end - start;
  }
  return dropped;
}
