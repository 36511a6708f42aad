// The shape of a model's KV cache, from its GGUF facts and llama.cpp's own rules: which layers keep K and V, of which sizes, for
// how long. Source: llama.cpp v0.5.0, llama_model::create_memory, llama_kv_cache, llama_hparams.
import type { KvLayer, KvShape } from "../../cache/budget.ts";
import type { LayerNumbers } from "../../cache/export-kv.ts";
import type { ModelFacts } from "./model-facts.ts";
import { slidingLayers } from "./sliding-layers.ts";

/** llama.cpp has this in its source, whatever the file says (src/models/gemma3n.cpp). */
const gemma3nOwnLayers = 20;

/** They keep more, or other, than K and V of their attention layers, in ways that are not modelled here. */
const othersInCache = new Set(
  "deepseek4 dots3note hy_v4 minimax-m3 qwen4exp graniteswitch nanbeige glm-dsa dflash eagle3".split(" "),
);

/** Whether what `kvShape` tells is, to the byte, what llama.cpp allocates. */
export function isShapeExact({ architecture, recurrent, recurrentLayers }: ModelFacts): boolean {
  return !othersInCache.has(architecture) && (!recurrent || recurrentLayers.length > 0);
}

export function kvShape(facts: ModelFacts): KvShape {
  const { window, isSliding } = slidingLayers(facts);
  const layers = ownLayers(facts).flatMap((index): KvLayer[] => {
    const kvHeads = facts.kvHeads[index] ?? 0;
    if (kvHeads === 0) return [];
    const sliding = isSliding(index);
    const headSizeK = (sliding && facts.headSizeKSliding) || facts.headSizeK;
    const headSizeV = (sliding && facts.headSizeVSliding) || facts.headSizeV;
    // MLA keeps one compressed row, and V is read from the same.
    return [{ kvHeads, headSizeK, headSizeV: facts.isMla ? 0 : headSizeV, sliding }];
  });
  return {
    layers: [...layers, ...indexerLayers(facts)],
    slidingWindow: layers.some((layer) => layer.sliding) ? window : 0,
    stateBytes: facts.recurrentStateBytes,
  };
}

/** Which of the model's layers, from 0, have a cache: those that look back at everything, and those that slide. */
export function kvLayerNumbers(facts: ModelFacts): LayerNumbers {
  const { isSliding } = slidingLayers(facts);
  const layers = ownLayers(facts).filter((index) => (facts.kvHeads[index] ?? 0) > 0);
  return { base: layers.filter((index) => !isSliding(index)), sliding: layers.filter(isSliding) };
}

/** Layers with a cache of their own: not those that predict further tokens, reuse an earlier layer's, or are recurrent. */
function ownLayers(facts: ModelFacts): number[] {
  const shared = facts.architecture === "gemma3n" ? facts.layers - gemma3nOwnLayers : facts.sharedKvLayers;
  const count = Math.max(0, Math.min(facts.layers - facts.predictLayers - shared, facts.kvHeads.length));
  const withoutKv = facts.architecture === "falcon-h1" ? [] : facts.recurrentLayers;
  return Array.from({ length: count }, (_, index) => index).filter((index) => !withoutKv[index]);
}

/** DeepSeek 3.2 keeps, beside each layer's row, the one key by which its indexer finds tokens (llama-kv-cache-dsa.cpp). */
function indexerLayers(facts: ModelFacts): KvLayer[] {
  if (facts.architecture !== "deepseek32" || facts.indexerHeadSize === 0) return [];
  const layer = { kvHeads: 1, headSizeK: facts.indexerHeadSize, headSizeV: 0, sliding: false };
  return new Array<KvLayer>(Math.max(0, facts.layers - facts.predictLayers)).fill(layer);
}
