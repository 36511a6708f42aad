// Turns a transcript into token ids with the model's own template, and tells which tokens belong to which turn.
// An answer keeps the very tokens that the model generated, and text of a user stays text, whatever it looks like.
import { commonPrefixLength } from "../cache/prefix.ts";
import type { TurnRange } from "../cache/window/policy.ts";
import type { Engine, Token } from "./engine/engine.ts";
import { KvchatError } from "./errors.ts";
import {
  type ChatTemplate,
  type ContentSpan,
  type GeneratedAnswer,
  placeContents,
  type TemplateMessage,
} from "./template-contents.ts";

export interface RenderedPrompt {
  readonly tokens: readonly Token[];
  /** Tokens before the first user's text: the system prompt with its frame. */
  readonly head: number;
  /** From the text of one user message to that of the next; sorted, gapless, the last one open-ended. */
  readonly turns: readonly TurnRange[];
  /** What the template puts between the last user's text and the answer to come. */
  readonly lead: string;
}

export type ChatTokenizer = Pick<Engine, "tokenize" | "renderTemplate" | "bosToken">;

/** Throws KvchatError where the template refuses these messages. The last message is a user's. */
export function renderPrompt(
  engine: ChatTokenizer,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
): RenderedPrompt {
  const { text, contents } = placeContents(engine, template, messages);
  const tokens: Token[] = engine.bosToken === undefined ? [] : [engine.bosToken];
  /** Where users' texts start, and how many tokens stand between the answer before and that place. */
  let starts: { at: number; frame: number }[] = [];
  let position = 0;
  const append = (end: number) => {
    const answered = tokens.length;
    const inside = contents.filter(
      ({ start, end: e, message }) => start >= position && e <= end && message.role !== "assistant",
    );
    const stretch = tokenizeStretch(engine, text, { start: position, end, contents: inside });
    for (const user of inside.filter((span) => span.message.role === "user")) {
      const frame = tokenizeStretch(engine, text, { start: position, end: user.start, contents: inside });
      const before = commonPrefixLength(frame, stretch);
      starts.push({ at: answered + before, frame: before });
    }
    tokens.push(...stretch);
  };
  for (const answer of findAnswers(text, contents)) {
    append(answer.start);
    tokens.push(...(answer.tokens ?? engine.tokenize(text.slice(answer.start, answer.end), false)));
    position = answer.end;
  }
  append(text.length);
  if (engine.bosToken !== undefined && tokens[1] === engine.bosToken) {
    tokens.shift();
    starts = starts.map(({ at, frame }) => ({ at: at - 1, frame }));
  }
  const turns = starts.map(({ at: start }, i) => {
    const { at: end, frame } = starts[i + 1] ?? { at: tokens.length, frame: 0 };
    return { start, end, tail: Math.min(frame, end - start) };
  });
  return { tokens, head: starts[0]?.at ?? 0, turns, lead: text.slice(contents.at(-1)?.end ?? 0) };
}

/** The tokens up to the end of the last answer, before what opens the next question; none where the template refuses the chat. */
export function renderSaid(
  engine: ChatTokenizer,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
): readonly Token[] {
  try {
    const next: TemplateMessage = { role: "user", content: "?", thinking: "" };
    const { tokens, turns } = renderPrompt(engine, template, [...messages, next]);
    const [before, probe] = turns.slice(-2);
    return tokens.slice(0, before && probe ? probe.start - before.tail : 0);
  } catch (error) {
    if (error instanceof KvchatError) return [];
    throw error;
  }
}

interface Answer {
  readonly start: number;
  readonly end: number;
  /** The generated tokens, where the template shows what the model wrote; undefined where it shows something else. */
  readonly tokens?: readonly Token[];
}

/** Templates drop or reshape thinking in older answers: only an answer shown as it was generated keeps its tokens. */
function findAnswers(text: string, contents: readonly ContentSpan[]): Answer[] {
  let userEnd = 0;
  const answers: Answer[] = [];
  for (const span of contents) {
    if (span.message.role === "user") userEnd = span.end;
    if (span.message.role !== "assistant") continue;
    const { generated } = span.message;
    const start = userEnd + (generated?.lead.length ?? 0);
    const shownAsGenerated =
      generated &&
      text.startsWith(generated.lead, userEnd) &&
      text.slice(start, span.end).trim() === generated.text.trim();
    answers.push(
      shownAsGenerated ? { start, end: endOfGenerated(text, span, generated), tokens: generated.tokens } : span,
    );
  }
  return answers;
}

/** The generated tokens bring the white space at their end with them: where the template shows it too, it is theirs. */
function endOfGenerated(text: string, { end }: ContentSpan, generated: GeneratedAnswer): number {
  const space = generated.text.slice(generated.text.trimEnd().length);
  return text.startsWith(space, end) ? end + space.length : end;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly contents: readonly ContentSpan[];
}

/** Tokenizes template text and contents in one go, as llama.cpp does, save for contents that hold control tokens. */
function tokenizeStretch(engine: ChatTokenizer, text: string, { start, end, contents }: Stretch): Token[] {
  const tokens: Token[] = [];
  let position = start;
  for (const span of contents) {
    if (span.end > end || !holdsControlTokens(engine, span)) continue;
    tokens.push(...engine.tokenize(text.slice(position, span.start), true));
    tokens.push(...engine.tokenize(text.slice(span.start, span.end), false));
    position = span.end;
  }
  tokens.push(...engine.tokenize(text.slice(position, end), true));
  return tokens;
}

const controlTokenFindings = new WeakMap<TemplateMessage, boolean>();

function holdsControlTokens(engine: ChatTokenizer, { message }: ContentSpan): boolean {
  let found = controlTokenFindings.get(message);
  if (found === undefined) {
    const asText = engine.tokenize(message.content, false);
    const asControl = engine.tokenize(message.content, true);
    found = asText.length !== asControl.length || commonPrefixLength(asText, asControl) !== asText.length;
    controlTokenFindings.set(message, found);
  }
  return found;
}
