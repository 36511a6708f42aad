// Which cache types a model's heads allow: quantised rows are whole blocks, so a head's size must be a multiple of the block.
import { fitsHeadSize, type KvType } from "../../cache/types.ts";
import type { ModelFacts } from "./model-facts.ts";

/** Values in a head, of all kinds of layers. llama.cpp looks at all of them (llama-context.cpp, llama_init_from_model). */
export function headSizes(facts: ModelFacts): { k: readonly number[]; v: readonly number[] } {
  return {
    k: [facts.headSizeK, facts.headSizeKSliding ?? facts.headSizeK],
    v: [facts.headSizeV, facts.headSizeVSliding ?? facts.headSizeV],
  };
}

/** The first head size that rows of `type` cannot hold; undefined where all fit. */
export function misfit(type: KvType, sizes: readonly number[]): number | undefined {
  return sizes.find((size) => !fitsHeadSize(type, size));
}
