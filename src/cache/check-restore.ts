// What of a conversation would really be restored: the plan, with all that it counts on read and checked.
import type { Chain, Key } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import { longestStored, planRestore, type Refused, type RestorePlan } from "./restore-plan.ts";

export interface Restorable {
  /** The first so many tokens. */
  readonly tokens: number;
  /** Why not all; undefined when all. */
  readonly reason: string | undefined;
  /** What is in the way: an entry that is not there, or one that was bad and is gone now. */
  readonly obstacle: "block missing" | "tail missing" | "block damaged" | "tail damaged" | undefined;
}

/** Reads every byte; what is bad is removed from the store. */
export async function checkRestore(chain: Chain, store: BlockStore): Promise<Restorable> {
  const refused: Refused = { block: new Set(), tail: new Set() };
  let trouble: Pick<Restorable, "reason" | "obstacle"> | undefined;
  for (;;) {
    const plan = await planRestore(chain, store, { refused });
    const found = await firstBad(plan, store);
    if (!found) {
      const { tokens, reason, lacks } = plan;
      if (tokens === 0) return (await wholeSnapshot(chain, plan, store)) ?? lacking(plan, trouble);
      return reason === undefined ? { tokens, reason, obstacle: undefined } : lacking(plan, trouble, lacks);
    }
    refused[found.kind].add(found.key);
    trouble ??= { reason: found.reason, obstacle: `${found.kind} damaged` };
  }
}

function lacking(
  { tokens, reason, lacks }: RestorePlan,
  trouble: Pick<Restorable, "reason" | "obstacle"> | undefined,
  what = lacks,
): Restorable {
  return { tokens, reason, obstacle: what && `${what} missing`, ...trouble };
}

async function firstBad({ keys, blocks, tail }: RestorePlan, store: BlockStore) {
  const counted: { kind: "block" | "tail"; key: Key }[] = keys.blocks
    .slice(0, blocks)
    .map((key) => ({ kind: "block", key }));
  if (tail) counted.push({ kind: "tail", key: tail });
  for (const { kind, key } of counted) {
    const { reason } = await store.scan(kind, key);
    if (reason !== undefined) return { kind, key, reason: `a ${kind}: ${reason}` };
  }
  return undefined;
}

/** States that are kept whole have no blocks. */
async function wholeSnapshot(chain: Chain, { keys }: RestorePlan, store: BlockStore): Promise<Restorable | undefined> {
  const { length } = chain.tokens;
  const stored = await longestStored("snapshot", chain, keys, store, { above: 0, upTo: length });
  if (!stored || (await store.scan("snapshot", stored.key)).reason !== undefined) return undefined;
  const isAll = stored.length === length;
  const reason = isAll ? undefined : `no snapshot is stored behind position ${stored.length}`;
  return { tokens: stored.length, reason, obstacle: isAll ? undefined : "tail missing" };
}
