// What each session has in the cache, and what it takes on disk: counted from the names of what is stored.
import type { BlockStore } from "../../cache/block-store.ts";
import { Inventory, type StoredPiece } from "../../cache/inventory.ts";
import { chainOf, fromKvRecord } from "../kv-record.ts";
import type { SessionStore } from "../store/session-store.ts";

export interface SessionUse {
  /** Tokens in the cache when it was kept last. */
  readonly tokens: number;
  /** Bytes of what is stored of it. What sessions share counts for each. */
  readonly bytes: number;
  readonly pieces: readonly StoredPiece[];
}

export interface CacheUse {
  /** By the session's id; those without a cache are absent. */
  readonly sessions: ReadonlyMap<string, SessionUse>;
  /** All that is stored. */
  readonly pieces: readonly StoredPiece[];
}

/** `blocks` is undefined where there is no store: then nothing takes any bytes. */
export async function cacheUse(store: SessionStore, blocks: BlockStore | undefined): Promise<CacheUse> {
  const caches = store.allKv();
  const inventory = blocks && (await Inventory.take(blocks));
  const sessions = new Map<string, SessionUse>();
  for (const record of caches) {
    const kept = fromKvRecord(record);
    if (!kept) continue;
    const pieces = (await inventory?.piecesOf(chainOf(kept))) ?? [];
    sessions.set(record.session, { tokens: kept.cached, bytes: bytesOf(pieces), pieces });
  }
  return { sessions, pieces: inventory?.pieces ?? [] };
}

/** Names a piece among all kinds. */
export function pieceName({ kind, key }: Pick<StoredPiece, "kind" | "key">): string {
  return `${kind} ${key}`;
}

export function bytesOf(pieces: Iterable<StoredPiece>): number {
  let sum = 0;
  for (const { bytes } of pieces) sum += bytes;
  return sum;
}
