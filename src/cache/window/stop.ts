// Nothing may be lost: a context without room for one more token is an error, the reserve is not insisted on.
import { type CachePolicy, WindowFullError } from "./policy.ts";

/** Erases nothing. Throws WindowFullError when not even one token has room. */
export const stop: CachePolicy = (view) => {
  if (view.length + 1 > view.contextSize) throw new WindowFullError(view);
  return [];
};
