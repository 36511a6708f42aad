// Draws the tokens of one answer. Each has a seed of its own, so that an answer that was stopped, in this process or in one before
// it, goes on as one that never was.
import type { Sampling } from "../sampling.ts";
import type { AddonContext, AddonSampler } from "./addon.ts";
import type { Token } from "./engine.ts";

/** Looked back by the repeat penalty; llama.cpp's --repeat-last-n. */
const penaltyTokens = 64;
/** llama.cpp takes the largest number for "a random one". */
const seeds = 2 ** 32 - 1;

export class AnswerSampler implements Disposable {
  readonly #native: AddonSampler;
  readonly #sampling: Sampling;
  #recent: Token[];
  /** Tokens of the answer that were drawn already. */
  #drawn: number;

  constructor(
    native: AddonSampler,
    sampling: Sampling,
    { recent, drawn }: { recent: readonly Token[]; drawn: number },
  ) {
    this.#native = native;
    this.#sampling = sampling;
    this.#recent = recent.slice(-penaltyTokens);
    this.#drawn = drawn;
    this.#configure();
  }

  async sample(context: AddonContext, logitIndex: number): Promise<Token> {
    const token = await context.sampleToken(logitIndex, this.#native);
    this.#recent = [...this.#recent, token].slice(-penaltyTokens);
    this.#drawn++;
    // Nothing is drawn by the likeliest token.
    if (this.#sampling.temperature > 0) this.#configure();
    return token;
  }

  #configure(): void {
    const { temperature, topK, topP, minP, repeatPenalty, seed } = this.#sampling;
    this.#native.applyConfig({
      temperature,
      topK,
      topP,
      minP,
      seed: seedOfDraw(seed, this.#drawn),
      ...(repeatPenalty !== 1 && {
        repeatPenalty,
        repeatPenaltyMaxTokens: penaltyTokens,
        repeatPenaltyTokens: Uint32Array.from(this.#recent),
      }),
    });
  }

  [Symbol.dispose](): void {
    this.#native.dispose();
  }
}

/** Of the token with this index in the answer. Neighbours have nothing in common: MurmurHash3's finalizer. */
function seedOfDraw(seed: number, index: number): number {
  let hash = seed ^ Math.imul(index + 1, 0x9e3779b9);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % seeds;
}
