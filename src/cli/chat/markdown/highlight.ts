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
  const state = parser.copyState?.(before) ?? copyOf(before);
  try {
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

/** What CodeMirror does for a tokenizer without a `copyState` of its own. */
function copyOf(state: unknown): unknown {
  const entries = Object.entries(state as object);
  return Object.fromEntries(entries.map(([key, value]) => [key, Array.isArray(value) ? value.slice() : value]));
}
