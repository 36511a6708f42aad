// Which layers of a model slide over a window, and how large it is, by llama.cpp's own rules: a window in the file counts only
// where the architecture uses it (llama.cpp v0.5.0, src/models/*.cpp, load_arch_hparams).

interface SlidingRule {
  /** In files that do not say, of so many layers in a row one sees everything: the last, or the first with `fullFirst`. */
  readonly period?: number;
  readonly fullFirst?: boolean;
  /** Tokens, whatever the file says. */
  readonly window?: number;
  /** Tokens where the file says nothing. */
  readonly fallbackWindow?: number;
}

const everyOther = (period: number, more: Omit<SlidingRule, "period"> = {}): SlidingRule => ({ period, ...more });

const rules: Record<string, SlidingRule> = {
  gemma2: everyOther(2, { fallbackWindow: 4096 }),
  gemma3: everyOther(6),
  gemma3n: everyOther(5),
  gemma4: {},
  cohere2: everyOther(4),
  cohere2moe: everyOther(4, { fullFirst: true }),
  exaone4: everyOther(4, { fallbackWindow: 4096 }),
  "exaone-moe": everyOther(4, { fallbackWindow: 128 }),
  "gpt-oss": everyOther(2),
  llama4: everyOther(4, { window: 8192, fallbackWindow: 8192 }),
  olmo2: everyOther(4),
  plamo3: everyOther(8),
  afmoe: everyOther(4),
  smallthinker: everyOther(4, { fullFirst: true, window: 4096 }),
  mellum: everyOther(4),
  laguna: everyOther(4, { fullFirst: true }),
  "muse-glimmer": everyOther(4),
  lfm2: everyOther(Number.POSITIVE_INFINITY),
  mimo2: {},
  step35: {},
  granite_swa: {},
  maple: {},
  spark2_5: {},
};

/** What the rules look at. */
interface SlidingFacts {
  readonly architecture: string;
  readonly layers: number;
  readonly predictLayers: number;
  readonly slidingWindow: number;
  readonly slidingWindowPattern?: number | boolean[];
}

/** Of EXAONE 4 only the model with 64 layers slides; llama.cpp tells it by that. */
const exaone4Layers = 64;

export interface SlidingLayers {
  /** Tokens a sliding layer looks back; 0 where none slides. */
  readonly window: number;
  isSliding(layer: number): boolean;
}

export function slidingLayers(facts: SlidingFacts): SlidingLayers {
  const rule = rules[facts.architecture];
  const window = rule ? windowOf(rule, facts) : 0;
  if (!rule || window === 0) return { window: 0, isSliding: () => false };
  const pattern = facts.slidingWindowPattern ?? rule.period ?? 1;
  const main = facts.layers - facts.predictLayers;
  return {
    window,
    isSliding: (layer) => {
      if (layer >= main) return false;
      if (Array.isArray(pattern)) return pattern[layer] ?? false;
      if (pattern === 0) return true;
      return rule.fullFirst ? layer % pattern !== 0 : layer % pattern < pattern - 1;
    },
  };
}

/** Tokens that a model looks back where its file does not say; 0: it does not slide. */
export function fallbackWindow(architecture: string): number {
  return rules[architecture]?.fallbackWindow ?? 0;
}

function windowOf(rule: SlidingRule, facts: SlidingFacts): number {
  if (facts.architecture === "exaone4" && facts.layers - facts.predictLayers !== exaone4Layers) return 0;
  return facts.slidingWindow > 0 ? (rule.window ?? facts.slidingWindow) : 0;
}
