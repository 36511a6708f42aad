// Reads what a model expects out of the logits of a token: the most probable tokens and chosen ones, with the logarithms of their
// probabilities. To hand over a whole vocabulary would take 8 ms a token (49k tokens) to 80 ms (262k); this takes 1 to 4 ms.
import type { AddonContext, AddonSampler } from "./addon.ts";
import type { Expectation, ScoreOptions, Token } from "./engine.ts";

/** So many more of the most probable tokens are read than told: chosen tokens are mostly among them. */
const headroom = 2;

export class Scorer implements Disposable {
  readonly #context: AddonContext;
  readonly #makeSampler: () => AddonSampler;
  /** Leaves the most probable tokens alone, sorted: much faster than the filter's own way, which sorts the vocabulary. */
  readonly #tops = new Map<number, AddonSampler>();
  /** Sees the vocabulary without the most probable tokens. */
  readonly #rest: AddonSampler;

  constructor(context: AddonContext, makeSampler: () => AddonSampler) {
    this.#context = context;
    this.#makeSampler = makeSampler;
    this.#rest = makeSampler();
  }

  /** `logitIndex` is what `addToBatch` gave for the token. */
  async read(logitIndex: number, index: number, { top, wanted }: ScoreOptions): Promise<Expectation> {
    const asked = Array.from(wanted(index));
    const likeliest = await this.#likeliest(logitIndex, top * headroom);
    const logits = new Map(likeliest);
    const missing = [...new Set(asked.filter((token) => !logits.has(token)))];
    const rest = await this.#readRest(logitIndex, [...logits.keys()], missing);
    for (const [token, logit] of rest.logits) logits.set(token, logit);
    const highest = likeliest[0]?.[1] ?? 0;
    const weight = likeliest.reduce((sum, [, logit]) => sum + Math.exp(logit - highest), 0);
    const total = highest + Math.log(weight + rest.weight * Math.exp(rest.highest - highest));
    const shown = likeliest.slice(0, top);
    return {
      index,
      tokens: Uint32Array.from(shown, ([token]) => token),
      logProbs: Float64Array.from(shown, ([, logit]) => logit - total),
      wanted: Float64Array.from(asked, (token) => (logits.get(token) ?? Number.NEGATIVE_INFINITY) - total),
    };
  }

  [Symbol.dispose](): void {
    this.#rest.dispose();
    for (const sampler of this.#tops.values()) sampler.dispose();
  }

  async #likeliest(logitIndex: number, count: number): Promise<TokenLogit[]> {
    let sampler = this.#tops.get(count);
    if (!sampler) {
      sampler = this.#makeSampler();
      sampler.applyConfig({ temperature: 1, topK: count, topP: 1, minP: 0, seed: 0 });
      this.#tops.set(count, sampler);
    }
    const [, , , pairs] = await this.#context.sampleToken(logitIndex, sampler, false, false, true, false);
    return paired(pairs);
  }

  /**
   * Logits of `missing` tokens, the highest logit of all but the `known` tokens, and the sum of `exp(logit - highest)` over them.
   * The native module adds up in single precision: beside the most probable tokens, the many small ones would lose 0.0001 of all.
   */
  async #readRest(logitIndex: number, known: readonly Token[], missing: Token[]) {
    this.#rest.applyConfig({
      temperature: 0,
      tokenBiasKeys: Uint32Array.from(known),
      tokenBiasValues: new Float32Array(known.length).fill(Number.NEGATIVE_INFINITY),
    });
    const [selected, , , pairs, weight] = await this.#context.sampleToken(
      logitIndex,
      this.#rest,
      false,
      false,
      [missing, false, false, true, 0],
      true,
    );
    const logits = paired(pairs);
    const highest = logits.find(([token]) => token === selected)?.[1] ?? Number.NEGATIVE_INFINITY;
    // Nothing is left where the known tokens are the whole vocabulary.
    return Number.isFinite(highest) ? { logits, highest, weight: weight ?? 0 } : { logits: [], highest: 0, weight: 0 };
  }
}

type TokenLogit = readonly [token: Token, logit: number];

function paired(pairs: readonly number[]): TokenLogit[] {
  return Array.from({ length: pairs.length / 2 }, (_, at) => [pairs[2 * at] as number, pairs[2 * at + 1] as number]);
}
