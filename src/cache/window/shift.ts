// llama.cpp's context shift: the head stays, half of the rest goes (tools/completion/completion.cpp, "n_discard").
import { type CachePolicy, excess } from "./policy.ts";

/** Drops the older half of what follows the head, or more where that does not free the reserve. */
export const shift: CachePolicy = (view) => {
  const tokens = excess(view);
  if (tokens <= 0) return [];
  const half = Math.floor((view.length - view.keep) / 2);
  return [{ start: view.keep, end: view.keep + Math.max(half, tokens) }];
};
