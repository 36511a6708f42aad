// What of a conversation's cache is found bad: named once, and looked for everywhere as soon as something is missing. A save
// passes over what is there, so that what stayed bad would be found by one resume after the other.
import { blockTokens, type Chain, type Key, keyAt } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import type { Refused, RestorePlan } from "./restore-plan.ts";

export interface Damage {
  readonly kind: "block" | "tail";
  readonly key: Key;
  /** Where, and what is wrong with it. */
  readonly message: string;
}

/** The places of a cache from the block with this index on, as far as whole blocks go, and the tail of all of it. */
function placesFrom(index: number, chain: Chain, { keys }: RestorePlan) {
  const { length } = chain.tokens;
  const blocks = keys.blocks.map((key, index) => ({ kind: "block" as const, key, start: index * blockTokens }));
  return [...blocks.slice(index), { kind: "tail" as const, key: keyAt(chain, keys, length), start: length }];
}

/** Checks what is stored of a cache behind what can be restored of it, and removes what is bad. */
export async function damageBehind(
  plan: RestorePlan,
  chain: Chain,
  store: BlockStore,
  refused: Refused,
): Promise<Damage[]> {
  const damage: Damage[] = [];
  for (const { kind, key, start } of placesFrom(plan.blocks, chain, plan)) {
    if (refused[kind].has(key) || !(await store.has(kind, key))) continue;
    const { reason } = await store.scan(kind, key);
    if (reason !== undefined) damage.push({ kind, key, message: describeDamage(kind, start, reason) });
  }
  return damage;
}

/** `start`: where the block begins. */
export function describeDamage(kind: Damage["kind"], start: number, reason: string): string {
  return kind === "tail" ? `the tail: ${reason}` : `positions ${start} to ${start + blockTokens - 1}: ${reason}`;
}

/** Undefined where nothing was bad. */
export function inOneLine([first, ...others]: readonly string[]): string | undefined {
  return first && others.length > 0 ? `${first}; ${others.length} more damaged` : first;
}
