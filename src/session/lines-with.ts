// Which sessions hold some words, and where: for lists to choose from that are searched while one types.
import type { SessionStore } from "./store/session-store.ts";

const mostHits = 1000;

/** For each session with a message that has all words of `text`, a line of the newest such; by their ids. */
export function linesWith(store: SessionStore, text: string): ReadonlyMap<string, string> {
  const newestLast = store.search(text, { limit: mostHits }).reverse();
  return new Map(newestLast.map(({ session, line }) => [session, line]));
}
