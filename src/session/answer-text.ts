// The text of an answer as its tokens come, thinking and answer told apart; an answer that goes on begins with the tokens it has.
import type { Engine, Token } from "./engine/engine.ts";
import type { AnswerSoFar } from "./store/answer-draft.ts";
import type { GeneratedAnswer } from "./template-contents.ts";
import { TextStream } from "./text-stream.ts";
import { type TextPart, ThinkingSplitter } from "./thinking.ts";

export class AnswerText {
  readonly #lead: string;
  readonly #splitter: ThinkingSplitter;
  readonly #stream: TextStream;
  readonly #tokens: Token[] = [];
  readonly #raw: string[] = [];
  #content = "";
  #thinking = "";

  /** `template`: its source; `lead`: what it put before the answer. */
  constructor(engine: Pick<Engine, "detokenize">, template: string, lead: string) {
    this.#lead = lead;
    this.#splitter = new ThinkingSplitter(template, lead);
    this.#stream = new TextStream(engine, this.#splitter.readsControlTokens);
  }

  get soFar(): Required<AnswerSoFar> {
    return { content: this.#content, thinking: this.#thinking, generated: this.#generated };
  }

  /** What has become certain with this token. */
  push(token: Token): TextPart[] {
    this.#tokens.push(token);
    return this.#take(this.#stream.push(token));
  }

  /** The rest, which waited for more. */
  end(): TextPart[] {
    const parts = this.#take(this.#stream.end());
    return [...parts, ...this.#add(this.#splitter.end())];
  }

  get #generated(): GeneratedAnswer {
    return { tokens: [...this.#tokens], text: this.#raw.join(""), lead: this.#lead };
  }

  #take(text: string): TextPart[] {
    this.#raw.push(text);
    return text ? this.#add(this.#splitter.push(text)) : [];
  }

  #add(parts: TextPart[]): TextPart[] {
    for (const { kind, text } of parts) {
      if (kind === "thinking") this.#thinking += text;
      else this.#content += text;
    }
    return parts;
  }
}
