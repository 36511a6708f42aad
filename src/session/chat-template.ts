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

/** Keys are heard so often while a long chat is tokenized. */
const stepMs = 8;

/** Throws KvchatError where the template refuses these messages. The last message is a user's. */
export function renderPrompt(
  engine: ChatTokenizer,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
): RenderedPrompt {
  const steps = renderSteps(engine, template, messages);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same; other work comes in between. */
export async function renderPromptInSteps(
  engine: ChatTokenizer,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
): Promise<RenderedPrompt> {
  const steps = renderSteps(engine, template, messages);
  for (let begun = performance.now(); ; ) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - begun < stepMs) continue;
    await new Promise(setImmediate);
    begun = performance.now();
  }
}

function* renderSteps(
  engine: ChatTokenizer,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
): Generator<undefined, RenderedPrompt> {
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
    const tokenize = () => tokenizeStretch(engine, text, { start: position, end, contents: inside });
    const latest = inside.at(-1)?.message;
    const stretch = latest ? tokenizedBefore(engine, latest, text.slice(position, end), tokenize) : tokenize();
    for (const user of inside.filter((span) => span.message.role === "user")) {
      const frame = tokenizeStretch(engine, text, { start: position, end: user.start, contents: inside });
      const before = commonPrefixLength(frame, stretch);
      starts.push({ at: answered + before, frame: before });
    }
    tokens.push(...stretch);
  };
  for (const answer of findAnswers(text, contents)) {
    append(answer.start);
    const said = text.slice(answer.start, answer.end);
    const tokenize = () => engine.tokenize(said, false);
    tokens.push(...(answer.tokens ?? tokenizedBefore(engine, answer.message, said, tokenize)));
    position = answer.end;
    yield;
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

/**
 * The tokens up to the end of the last answer, before what opens the next question; none where the template refuses the chat. Of a
 * chat that has many more than `most`, the first so many.
 */
export function renderSaid(
  engine: ChatTokenizer,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
  most = Number.POSITIVE_INFINITY,
): readonly Token[] {
  const first = firstMessages(messages, most * lettersInToken);
  const tokens = renderAllSaid(engine, template, first);
  if (first.length === messages.length) return tokens;
  if (tokens.length >= most) return tokens.slice(0, most);
  return renderAllSaid(engine, template, messages);
}

/** Few texts have so many, on the average. */
const lettersInToken = 8;

/** The first turns, until they have so many letters. */
function firstMessages(messages: readonly TemplateMessage[], letters: number): readonly TemplateMessage[] {
  let sum = 0;
  const end = messages.findIndex(({ role, content }) => {
    sum += content.length;
    return sum >= letters && role === "assistant";
  });
  return end < 0 ? messages : messages.slice(0, end + 1);
}

function renderAllSaid(
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

interface Answer extends ContentSpan {
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
      shownAsGenerated
        ? { ...span, start, end: endOfGenerated(text, span, generated), tokens: generated.tokens }
        : span,
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

interface Tokenized {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** What is known of messages, which are immutable, by one vocabulary. */
interface Known {
  readonly tokenized: WeakMap<TemplateMessage, Tokenized>;
  readonly holdsControlTokens: WeakMap<TemplateMessage, boolean>;
}

const knownTo = new WeakMap<ChatTokenizer, Known>();

function knownBy(engine: ChatTokenizer): Known {
  const known = knownTo.get(engine) ?? { tokenized: new WeakMap(), holdsControlTokens: new WeakMap() };
  knownTo.set(engine, known);
  return known;
}

/** A chat is tokenized with every turn, and is mostly what it was: a message with the same text around it has the same tokens. */
function tokenizedBefore(
  engine: ChatTokenizer,
  message: TemplateMessage,
  text: string,
  tokenize: () => readonly Token[],
): readonly Token[] {
  const { tokenized } = knownBy(engine);
  const before = tokenized.get(message);
  if (before?.text === text) return before.tokens;
  const tokens = tokenize();
  tokenized.set(message, { text, tokens });
  return tokens;
}

function holdsControlTokens(engine: ChatTokenizer, { message }: ContentSpan): boolean {
  const { holdsControlTokens: known } = knownBy(engine);
  let found = known.get(message);
  if (found === undefined) {
    const asText = engine.tokenize(message.content, false);
    const asControl = engine.tokenize(message.content, true);
    found = asText.length !== asControl.length || commonPrefixLength(asText, asControl) !== asText.length;
    known.set(message, found);
  }
  return found;
}
