// `kvchat sessions stats`: what is kept of all caches, what sharing saves, and how full the store is.
import type { BlockStore } from "../../cache/block-store.ts";
import { entries, type Kind, type StoredEntry } from "../../cache/store-folder.ts";
import type { SessionStore } from "../store/session-store.ts";
import { bytesOf, cacheUse, pieceName } from "./cache-use.ts";

interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** The object that `sessions stats --json` prints. A contract: only add to it. */
export interface CacheStats {
  /** Sessions that have a cache. */
  readonly sessions: number;
  readonly blocks: Amount;
  readonly tails: Amount;
  readonly snapshots: Amount;
  readonly bytes: number;
  readonly capBytes: number;
  /** What sessions would take if they shared nothing. */
  readonly apartBytes: number;
  /** `apartBytes` less what they take. */
  readonly savedBySharingBytes: number;
  /** What no session needs. */
  readonly unneeded: Amount;
}

export async function cacheStats(store: SessionStore, blocks: BlockStore): Promise<CacheStats> {
  const sessions = await cacheUse(store, blocks);
  const used = [...sessions.values()];
  const stored: StoredEntry[] = [];
  for await (const entry of entries(blocks.folder)) stored.push(entry);
  const needed = new Map(used.flatMap((use) => use.pieces).map((piece) => [pieceName(piece), piece]));
  const apartBytes = used.reduce((sum, { bytes }) => sum + bytes, 0);
  const ofKind = (kind: Kind) => amountOf(stored.filter((entry) => entry.kind === kind));
  return {
    sessions: sessions.size,
    blocks: ofKind("block"),
    tails: ofKind("tail"),
    snapshots: ofKind("snapshot"),
    bytes: bytesOf(stored),
    capBytes: blocks.capBytes,
    apartBytes,
    savedBySharingBytes: apartBytes - bytesOf(needed.values()),
    unneeded: amountOf(stored.filter((entry) => !needed.has(pieceName(entry)))),
  };
}

function amountOf(entries: readonly StoredEntry[]): Amount {
  return { files: entries.length, bytes: bytesOf(entries) };
}
