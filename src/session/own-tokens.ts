// Which answers keep the tokens that they were generated as: those of another model's vocabulary stand for other text, or for none,
// and llama.cpp aborts at numbers that its vocabulary does not have.
import { AnswerText } from "./answer-text.ts";
import type { Engine, Token } from "./engine/engine.ts";
import type { GeneratedAnswer } from "./template-contents.ts";
import type { Turn } from "./turn.ts";

interface Vocabulary {
  readonly engine: Pick<Engine, "detokenize">;
  /** Tokens in it; undefined: any number is one. */
  readonly size?: number;
  /** Source of the chat template. */
  readonly template: string;
}

/** So many tokens at the beginning of an answer tell whose it is. */
const telling = 4;

/** What another model said stays as text. */
export function keepOwnTokens(firstTurns: readonly Turn[], vocabulary: Vocabulary): void {
  const open = [...firstTurns];
  for (let turn = open.pop(); turn; turn = open.pop()) {
    const { answer } = turn;
    if (answer?.generated && !isOwn(answer.generated, vocabulary)) turn.answer = { ...answer, generated: undefined };
    open.push(...turn.next);
  }
}

export function areInVocabulary(tokens: readonly Token[], size = Number.POSITIVE_INFINITY): boolean {
  return tokens.every((token) => token < size);
}

function isOwn({ tokens, text, lead }: GeneratedAnswer, { engine, size, template }: Vocabulary): boolean {
  if (!areInVocabulary(tokens, size)) return false;
  const written = new AnswerText(engine, template, lead);
  for (const token of tokens.slice(0, telling)) written.push(token);
  return text.startsWith(written.soFar.generated.text);
}
