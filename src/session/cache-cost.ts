// What the cache of a chat would take with other types.
import { contextBytes, heldBytes, type KvConfig, type KvShape } from "../cache/budget.ts";
import type { KvType } from "../cache/types.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import { checkTypes } from "./plan-engine.ts";

export interface CacheCost {
  /** Bytes for the whole context. */
  readonly allocated: number;
  /** Bytes that the tokens take. */
  readonly held: number;
}

/** Throws a KvchatError for types that do not fit the model, with those that do. */
export type CostOfTypes = (types: { typeK: KvType; typeV: KvType }, tokens: number) => CacheCost;

export function createCostOfTypes(
  facts: ModelFacts,
  shape: KvShape,
  config: Omit<KvConfig, "typeK" | "typeV"> & { contextSize: number; flashAttention: "on" | "off" | "auto" },
): CostOfTypes {
  return ({ typeK, typeV }, tokens) => {
    checkTypes(facts, { ...config, cacheTypeK: typeK, cacheTypeV: typeV });
    const kv = { ...config, typeK, typeV };
    return { allocated: contextBytes(shape, kv, config.contextSize), held: heldBytes(shape, kv, tokens) };
  };
}
