// After an eviction, rows depend on text that is gone, and on when it went. A lineage keeps account of that in a few words, so
// that such rows are never taken for those of another past. Pure.
import { createHash } from "node:crypto";

/** Plain data, to be kept with a session. */
export interface Lineage {
  /** The first position whose rows an eviction has touched. */
  readonly from: number;
  /** Tokens that stood in the cache right after the latest event; what was evaluated since saw the same cache. */
  readonly settled: number;
  /** SHA-256 over all events so far, in hexadecimal. */
  readonly salt: string;
}

export interface Eviction {
  /** Where the erased range began, in positions of the cache before it. */
  readonly start: number;
  readonly tokens: readonly number[];
  /** Tokens in the cache before it. */
  readonly length: number;
}

/** The lineage after a range was erased and what follows it moved down. Several ranges: one after the other. */
export function lineageAfterEviction(previous: Lineage | undefined, { start, tokens, length }: Eviction): Lineage {
  return {
    from: Math.min(previous?.from ?? start, start),
    settled: length - tokens.length,
    salt: salted(previous, ["evicted", start, length, ...tokens]),
  };
}

/**
 * The lineage after the cache was cut to its first `length` tokens, or restored no further than that: what is evaluated next no
 * longer meets the rows it would have met before.
 */
export function lineageAfterCut(previous: Lineage | undefined, length: number): Lineage | undefined {
  if (!previous || length <= previous.from) return undefined;
  if (length >= previous.settled) return previous;
  return { from: previous.from, settled: length, salt: salted(previous, ["cut", length]) };
}

function salted(previous: Lineage | undefined, event: readonly (string | number)[]): string {
  return createHash("sha256")
    .update(JSON.stringify([previous?.salt ?? "", ...event]))
    .digest("hex");
}
