// What the cache of a model would take with other types, at the context that it runs with.
import { contextBytes, type KvConfig, type KvShape } from "../cache/budget.ts";
import { isQuantised, type KvType, kvTypes } from "../cache/types.ts";
import type { TypeCost } from "./cache-report.ts";
import { headSizes, misfit } from "./models/head-sizes.ts";
import type { ModelFacts } from "./models/model-facts.ts";

/** The types that the model's heads and the choice of flash attention allow, largest first. */
export function typeCosts(
  facts: ModelFacts,
  shape: KvShape,
  config: Omit<KvConfig, "typeK" | "typeV"> & { contextSize: number; flashAttention: "on" | "off" | "auto" },
): TypeCost[] {
  const sizes = headSizes(facts);
  const fits = (type: KvType) =>
    misfit(type, [...sizes.k, ...sizes.v]) === undefined && !(config.flashAttention === "off" && isQuantised(type));
  return kvTypes
    .filter(fits)
    .map((type) => ({ type, bytes: contextBytes(shape, { ...config, typeK: type, typeV: type }, config.contextSize) }))
    .toSorted((a, b) => b.bytes - a.bytes);
}
