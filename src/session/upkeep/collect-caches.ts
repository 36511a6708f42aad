// `kvchat sessions gc`: removes what no session needs, safely beside chats that run.
import type { BlockStore } from "../../cache/block-store.ts";
import { type CollectedGarbage, graceMs } from "../../cache/store-room.ts";
import { removeScratch } from "../scratch-folder.ts";
import type { SessionStore } from "../store/session-store.ts";
import { cacheUse, pieceName } from "./cache-use.ts";

/**
 * A chat stores blocks first and says so afterwards: while any session is open, what was used within ten minutes stays, and in any
 * case what chats use that begin meanwhile. With `dryRun` nothing is removed, and what would be is told. `workDir`: where states of
 * a moment may lie that killed chats have left.
 */
export async function collectCaches(
  store: SessionStore,
  blocks: BlockStore,
  { dryRun, workDir }: { dryRun: boolean; workDir: string },
): Promise<CollectedGarbage> {
  const begun = Date.now();
  const usedSince = store.isAnyOpen() ? begun - graceMs : begun;
  const sessions = await cacheUse(store, blocks);
  const needed = new Set([...sessions.values()].flatMap(({ pieces }) => pieces.map(pieceName)));
  const scratch = removeScratch(workDir, { dryRun });
  const collected = await blocks.collect({ isNeeded: (entry) => needed.has(pieceName(entry)), usedSince, dryRun });
  return { ...collected, files: collected.files + scratch.files, bytes: collected.bytes + scratch.bytes };
}
