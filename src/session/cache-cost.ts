// What the cache of a chat would take with other types.
import { contextBytes, heldBytes, type KvConfig, type KvShape } from "../cache/budget.ts";
import { type KvType, kvTypes } from "../cache/types.ts";
import type { TypeCost } from "./cache-report.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import { checkTypes, fitsModel } from "./plan-engine.ts";

export interface CacheCost {
  /** Bytes for the whole context. */
  readonly allocated: number;
  /** Bytes that the tokens take. */
  readonly held: number;
}

export interface CacheCosts {
  /** Throws a KvchatError for types that do not fit the model, with those that do. */
  of(types: { typeK: KvType; typeV: KvType }, tokens: number): CacheCost;
  /** Of the types that the model's heads and the choice of flash attention allow, largest first. */
  ofAll(): TypeCost[];
}

export function createCacheCosts(
  facts: ModelFacts,
  shape: KvShape,
  config: Omit<KvConfig, "typeK" | "typeV"> & { contextSize: number; flashAttention: "on" | "off" | "auto" },
): CacheCosts {
  const wanted = (typeK: KvType, typeV: KvType) => ({ ...config, cacheTypeK: typeK, cacheTypeV: typeV });
  const allocated = (typeK: KvType, typeV: KvType) =>
    contextBytes(shape, { ...config, typeK, typeV }, config.contextSize);
  return {
    of({ typeK, typeV }, tokens) {
      checkTypes(facts, wanted(typeK, typeV));
      return { allocated: allocated(typeK, typeV), held: heldBytes(shape, { ...config, typeK, typeV }, tokens) };
    },
    ofAll: () =>
      kvTypes
        .filter((type) => fitsModel(facts, wanted(type, type)))
        .map((type) => ({ type, bytes: allocated(type, type) }))
        .toSorted((a, b) => b.bytes - a.bytes),
  };
}
