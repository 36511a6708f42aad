// Attention sinks: the first tokens stay for ever, behind them rolls a window of the newest.
// Xiao et al., "Efficient Streaming Language Models with Attention Sinks", 2023 (arXiv:2309.17453).
import { type CachePolicy, excess } from "./policy.ts";

/** Fewer first tokens than this and the model's attention loses its anchor (StreamingLLM, table 2). */
const fewestSinks = 4;

/** Drops just enough of the oldest tokens behind the sinks. */
export const sinks: CachePolicy = (view) => {
  const tokens = excess(view);
  if (tokens <= 0) return [];
  const start = Math.min(Math.max(view.keep, fewestSinks), view.length - tokens);
  return [{ start, end: start + tokens }];
};
