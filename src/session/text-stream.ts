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
  /** UTF-16 units of the pending tokens' text that are out already: one token may end a character and begin the next. */
  #told = 0;
  #tornTokens = 0;

  constructor(engine: Pick<Engine, "detokenize">, special: boolean) {
    this.#engine = engine;
    this.#special = special;
  }

  /** The text that is complete with this token; empty while a character is torn. */
  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#text();
    let whole = text.length;
    while (text[whole - 1] === replacement) whole--;
    this.#tornTokens = whole > this.#told ? 1 : this.#tornTokens + 1;
    if (whole === text.length || this.#tornTokens >= mostTornTokens) return this.#release(text);
    const fresh = text.slice(this.#told, whole);
    this.#told = Math.max(this.#told, whole);
    return fresh;
  }

  end(): string {
    return this.#pending.length === 0 ? "" : this.#release(this.#text());
  }

  #text(): string {
    const before = this.#engine.detokenize(this.#before, this.#special);
    return this.#engine.detokenize([...this.#before, ...this.#pending], this.#special).slice(before.length);
  }

  #release(text: string): string {
    const fresh = text.slice(this.#told);
    // Torn bytes given up must not join with what follows.
    this.#before = text.endsWith(replacement) ? [] : [...this.#before, ...this.#pending].slice(-contextTokens);
    this.#pending = [];
    this.#told = 0;
    this.#tornTokens = 0;
    return fresh;
  }
}
