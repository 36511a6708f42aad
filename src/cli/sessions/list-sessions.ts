// The sessions of a list, each with what it has in the cache.
import type { SessionSummary } from "../../session/store/session-record.ts";
import type { SessionStore } from "../../session/store/session-store.ts";
import { cacheSizes } from "../../session/upkeep/cache-use.ts";
import { openBlocks } from "./command-parts.ts";

export interface SessionLine extends SessionSummary {
  /** Tokens in the cache when it was kept last; 0 where none was. */
  readonly kvTokens: number;
  /** Bytes of its cache on disk. What sessions share counts for each. */
  readonly kvBytes: number;
}

/** What `sessions --json` prints for each session. A contract: only add to it. Times are ISO 8601. */
type ListedSession = Omit<SessionLine, "created" | "updated"> & { created: string; updated: string };

/** Newest first. Where the cache cannot be read, nothing of it is there. */
export async function listSessionLines(store: SessionStore): Promise<SessionLine[]> {
  const use = await cacheSizes(store, await openBlocks().catch(() => undefined));
  return store.list().map((session) => {
    const { tokens = 0, bytes = 0 } = use.get(session.id) ?? {};
    return Object.assign(session, { kvTokens: tokens, kvBytes: bytes });
  });
}

export function toListed({ created, updated, ...session }: SessionLine): ListedSession {
  return { ...session, created: new Date(created).toISOString(), updated: new Date(updated).toISOString() };
}
