// What of a session's cache on the disk other sessions use, too.
import type { BlockStore } from "../../cache/block-store.ts";
import type { SharedPieces } from "../cache-report.ts";
import type { SessionStore } from "../store/session-store.ts";
import { bytesOf, cacheUse, pieceName } from "./cache-use.ts";

/** Undefined where nothing of the session is stored. */
export async function sharedPieces(
  store: SessionStore,
  blocks: BlockStore,
  session: string,
): Promise<SharedPieces | undefined> {
  const sessions = await cacheUse(store, blocks);
  const own = sessions.get(session)?.pieces ?? [];
  if (own.length === 0) return undefined;
  const names = new Set(own.map(pieceName));
  const others = [...sessions]
    .filter(([id]) => id !== session)
    .map(([id, { pieces }]) => ({ id, common: pieces.filter((piece) => names.has(pieceName(piece))) }))
    .filter(({ common }) => common.length > 0)
    .toSorted((a, b) => b.common.length - a.common.length);
  const shared = new Map(others.flatMap(({ common }) => common).map((piece) => [pieceName(piece), piece]));
  const nameOf = new Map(store.list().map(({ id, name }) => [id, name]));
  return {
    pieces: own.length,
    bytes: bytesOf(own),
    shared: shared.size,
    sharedBytes: bytesOf(shared.values()),
    sessions: others.map(({ id }) => nameOf.get(id) ?? id),
  };
}
