// Highlights code line by line as it comes. What is open at the end of a line (a comment, a string) is handed to the next, so that
// no line is looked at twice, however long the code.
import { type StreamParser, StringStream } from "@codemirror/streamparser";
import type { Style } from "../theme.ts";
import { findLanguage } from "./languages.ts";
import { type Span, span } from "./span.ts";

/** Where the highlighting of some code stands. Each line gives a new one. */
export interface Highlighter {
  readonly parser: StreamParser<unknown>;
  readonly state: unknown;
}

const indentUnit = 2;
/** A tokenizer that gives nothing so often in a row never will. */
const mostIdle = 10;
/** Longer lines are data, not code that people read. */
const longestLine = 2000;

/** By the first word of a tokenizer's name for something, up to its first dot. */
const stylesOf: Readonly<Record<string, Style>> = {
  keyword: "keyword",
  controlKeyword: "keyword",
  modifier: "keyword",
  tag: "keyword",
  self: "keyword",
  string: "literal",
  character: "literal",
  deleted: "literal",
  comment: "faint",
  number: "value",
  atom: "value",
  builtin: "value",
  type: "value",
  typeName: "value",
  attribute: "value",
  meta: "value",
  macroName: "value",
  inserted: "value",
  def: "strong",
  header: "strong",
};

export function startHighlighter(language: string): Highlighter | undefined {
  const parser = findLanguage(language);
  return parser && { parser, state: parser.startState?.(indentUnit) ?? {} };
}

export function highlightLine(
  { parser, state: before }: Highlighter,
  line: string,
): { readonly spans: readonly Span[]; readonly highlighter: Highlighter | undefined } {
  try {
    const state = copyOf(before, new Map());
    const spans = line.length > longestLine ? [span(line)] : tokenize(parser, state, line);
    return { spans, highlighter: { parser, state } };
  } catch {
    // A tokenizer that stumbles over odd code ends the colours, not the answer.
    return { spans: [span(line)], highlighter: undefined };
  }
}

function tokenize(parser: StreamParser<unknown>, state: unknown, line: string): Span[] {
  if (line === "") parser.blankLine?.(state, indentUnit);
  const spans: Span[] = [];
  const stream = new StringStream(line, 4, indentUnit);
  let idle = 0;
  while (!stream.eol()) {
    stream.start = stream.pos;
    const name = parser.token(stream, state);
    if (stream.pos > stream.start) {
      const style = stylesOf[name?.split(/[ .]/, 1)[0] ?? ""];
      spans.push(style ? span(stream.current(), style) : span(stream.current()));
      idle = 0;
    } else if (++idle > mostIdle) throw new Error("the tokenizer stands still");
  }
  return spans;
}

/**
 * All of a tokenizer's state. Their own `copyState` shares what they change later, which is right for an editor, where only one copy
 * goes on, and wrong here, where a line is also looked at while it is being written.
 */
function copyOf<T>(value: T, copies: Map<object, object>): T {
  if (typeof value !== "object" || value === null || value instanceof RegExp) return value;
  const known = copies.get(value);
  if (known) return known as T;
  const copy: object = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
  copies.set(value, copy);
  for (const [key, part] of Object.entries(value)) Reflect.set(copy, key, copyOf(part, copies));
  return copy as T;
}
