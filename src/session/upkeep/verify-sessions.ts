// `kvchat sessions verify`: reads all that is kept, repairs what can be, and tells what was wrong. What is merely not stored any
// more is no fault: it is computed again.
import type { Key } from "../../cache/block-key.ts";
import { chainKeys, keyAt } from "../../cache/block-key.ts";
import type { BlockStore } from "../../cache/block-store.ts";
import { planRestore } from "../../cache/restore-plan.ts";
import type { Kind } from "../../cache/store-folder.ts";
import { KvchatError } from "../errors.ts";
import { chainOf, fromKvRecord, type KeptCache } from "../kv-record.ts";
import type { Finding } from "../store/check-database.ts";
import type { StoredKv } from "../store/session-record.ts";
import type { SessionStore } from "../store/session-store.ts";

/** The object that `sessions verify --json` prints. A contract: only add to it. */
export interface VerifyReport {
  readonly sessions: number;
  readonly files: number;
  readonly bytes: number;
  /** Bad files, which are gone now. */
  readonly removed: readonly { readonly kind: Kind; readonly key: Key; readonly reason: string }[];
  readonly database: readonly Finding[];
  /** Sessions whose cache is not there as a whole: they are whole, and compute the rest again. */
  readonly incomplete: readonly { readonly name: string; readonly tokens: number; readonly of: number }[];
  /** Sessions whose account of their cache was damaged, and is dropped unless it is not repaired. */
  readonly dropped: readonly { readonly name: string; readonly isRepaired: boolean; readonly reason: string }[];
  /** False where something was wrong that could not be repaired. */
  readonly isWhole: boolean;
}

export async function verifySessions(store: SessionStore, blocks: BlockStore): Promise<VerifyReport> {
  const database = store.check();
  const { checked, bytes, removed } = await blocks.verify();
  const incomplete: { name: string; tokens: number; of: number }[] = [];
  const dropped: { name: string; isRepaired: boolean; reason: string }[] = [];
  for (const record of store.allKv()) {
    const kept = fromKvRecord(record);
    if (!kept || !isConsistent(kept)) dropped.push(dropRecord(store, record));
    else {
      const chain = chainOf(kept);
      const tokens = (await blocks.has("snapshot", kept.key))
        ? chain.tokens.length
        : (await planRestore(chain, blocks)).tokens;
      if (tokens < chain.tokens.length) incomplete.push({ name: record.name, tokens, of: chain.tokens.length });
    }
  }
  const isWhole = [...database, ...dropped].every(({ isRepaired }) => isRepaired);
  return { sessions: store.list().length, files: checked, bytes, removed, database, incomplete, dropped, isWhole };
}

/** The key stands for all the rest: what was changed since does not lead to it, or to the names of the pieces. */
function isConsistent(kept: KeptCache): boolean {
  const chain = chainOf(kept);
  const keys = chainKeys(chain);
  const { length } = chain.tokens;
  const names = [{ key: kept.key, tokens: length }, ...(kept.pieces ?? [])];
  return names.every(({ key, tokens }) => tokens <= length && keyAt(chain, keys, tokens) === key);
}

function dropRecord(store: SessionStore, { session, name }: StoredKv) {
  try {
    using _held = store.acquire(session);
    store.saveKv(session, undefined);
    return { name, isRepaired: true, reason: "it could not be read" };
  } catch (error) {
    if (!(error instanceof KvchatError)) throw error;
    return { name, isRepaired: false, reason: error.message };
  }
}
