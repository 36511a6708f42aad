// All window policies by the name that `--window` takes.
import type { CachePolicy } from "./policy.ts";
import { shift } from "./shift.ts";
import { sinks } from "./sinks.ts";
import { stop } from "./stop.ts";
import { turns } from "./turns.ts";

export const policies = { turns, sinks, shift, stop } satisfies Record<string, CachePolicy>;
export type WindowPolicyName = keyof typeof policies;
