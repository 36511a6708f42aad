// Tokens to text as they come: half a character waits for its other half.
import type { Engine, Token } from "./engine/engine.ts";

/** Tokens before the new ones that decide about a leading space. */
const contextTokens = 4;
/** A character is at most four tokens of one byte; what is still torn then is no character. */
const mostTornTokens = 4;
const replacement = "\uFFFD";

export class TextStream {
  readonly #engine: Pick<Engine, "detokenize">;
  readonly #special: boolean;
  #before: Token[] = [];
  #pending: Token[] = [];

  constructor(engine: Pick<Engine, "detokenize">, special: boolean) {
    this.#engine = engine;
    this.#special = special;
  }

  /** The text that is complete with this token; empty while a character is torn. */
  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#text();
    if (text.endsWith(replacement) && this.#pending.length < mostTornTokens) return "";
    return this.#release(text);
  }

  end(): string {
    return this.#pending.length === 0 ? "" : this.#release(this.#text());
  }

  #text(): string {
    const before = this.#engine.detokenize(this.#before, this.#special);
    return this.#engine.detokenize([...this.#before, ...this.#pending], this.#special).slice(before.length);
  }

  #release(text: string): string {
    this.#before = [...this.#before, ...this.#pending].slice(-contextTokens);
    this.#pending = [];
    return text;
  }
}
