// What is read and asked in a comparison, as tokens of the model at hand.
import type { Engine, Token } from "../engine/engine.ts";
import type { LoadedSession } from "../store/session-record.ts";
import type { ChatTemplate } from "../template-contents.ts";
import { answerTokens, type Question } from "./answers.ts";
import { type Chunk, planChunks, tokensNeeded } from "./plan.ts";
import { builtInQuestions, readSessionText } from "./questions.ts";

export interface SessionSource {
  readonly kind: "session";
  /** For people, like the other's. */
  readonly name: string;
  readonly loaded: LoadedSession;
}

export type CompareSource = SessionSource | { readonly kind: "text"; readonly name: string; readonly text: string };

export interface Material {
  readonly chunks: readonly Chunk[];
  readonly questions: readonly Question[];
  /** Tokens that are read. */
  readonly tokens: number;
}

interface MaterialOptions {
  readonly engine: Engine;
  readonly template: ChatTemplate;
  /** Tokens. */
  readonly chunkSize: number;
  readonly chunks: number;
}

/** A token has 4 characters on the average; few texts have more than this. */
const charactersPerToken = 16;

/** Throws KvchatError for a text of less than one chunk. */
export function prepareMaterial(source: CompareSource, options: MaterialOptions): Material {
  const { engine, template, chunkSize: contextSize, chunks: most } = options;
  const needed = tokensNeeded({ contextSize, chunks: most });
  const { tokens, questions } =
    source.kind === "session"
      ? readSessionText(engine, template, source.loaded)
      : { tokens: firstTokens(engine, source.text, needed), questions: builtInQuestions(engine, template) };
  const read = tokens.slice(0, needed);
  const { bosToken } = engine;
  const chunks = planChunks(read, { contextSize, chunks: most, bosToken, canShift: engine.facts.canShift });
  const room = engine.facts.contextSize - answerTokens;
  return { chunks, questions: questions.filter((question) => question.tokens.length <= room), tokens: read.length };
}

/** At least `count` tokens, where the text has them: of a long text no more is tokenized than that takes. */
function firstTokens(engine: Engine, text: string, count: number): Token[] {
  const begin = engine.bosToken === undefined ? [] : [engine.bosToken];
  const some = engine.tokenize(text.slice(0, count * charactersPerToken), false);
  const isEnough = some.length > count || text.length <= count * charactersPerToken;
  return [...begin, ...(isEnough ? some : engine.tokenize(text, false))];
}
