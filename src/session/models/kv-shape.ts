// The shape of a model's KV cache, from its GGUF facts and llama.cpp's own rules for sliding layers.
import type { KvLayer, KvShape } from "../../cache/budget.ts";
import type { ModelFacts } from "./model-facts.ts";

/** Every n-th layer sees everything, the others slide; for files that do not say (llama.cpp v0.5.0, src/models/*.cpp). */
const defaultPatterns: Record<string, number> = {
  gemma2: 2,
  gemma3: 6,
  gemma3n: 5,
  cohere2: 4,
  exaone4: 4,
  "exaone-moe": 4,
  "gpt-oss": 2,
  llama4: 4,
  olmo2: 4,
  plamo3: 8,
  afmoe: 4,
};

/** Architectures whose window llama.cpp does not use, although the file names one. */
const windowUnused = new Set(["phi3", "llama", "qwen2", "qwen3", "mistral3"]);

export function kvShape(facts: ModelFacts): KvShape {
  const pattern = facts.slidingWindowPattern ?? defaultPatterns[facts.architecture] ?? 0;
  const slides = facts.slidingWindow > 0 && !windowUnused.has(facts.architecture);
  const isSliding = (layer: number) => {
    if (!slides) return false;
    if (Array.isArray(pattern)) return pattern[layer] ?? false;
    return pattern > 0 && layer % pattern < pattern - 1;
  };
  const own = facts.layers - facts.sharedKvLayers;
  const layers = facts.kvHeads.slice(0, own).flatMap((kvHeads, index): KvLayer[] => {
    if (kvHeads === 0) return [];
    const sliding = isSliding(index);
    const headSizeK = (sliding && facts.headSizeKSliding) || facts.headSizeK;
    const headSizeV = (sliding && facts.headSizeVSliding) || facts.headSizeV;
    return [{ kvHeads, headSizeK, headSizeV, sliding }];
  });
  return { layers, slidingWindow: layers.some((layer) => layer.sliding) ? facts.slidingWindow : 0 };
}
