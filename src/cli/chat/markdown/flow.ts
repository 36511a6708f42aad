// A paragraph that is being written: its finished lines leave it as soon as nothing that may follow can change them.
import type { Token } from "marked";
import { textWidth } from "../wrap.ts";
import { inlineSpans, lexInline } from "./inline.ts";
import { type Look, type Span, textOf, wrapSpans } from "./span.ts";

export interface Flow {
  /** The beginning of its next line, as it will be drawn. */
  readonly lead: readonly Span[];
  /** Markdown after that. */
  readonly text: string;
}

export interface FlowLayout {
  readonly columns: number;
  /** Lines that may stay open before some become final whatever follows. */
  readonly room: number;
  readonly look: Look;
}

/** Characters that may stay open: what marked reads again with each further line. */
const longest = 2000;

const ideograph = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

export function wrapFlow({ lead, text }: Flow, { columns, look }: FlowLayout): Span[][] {
  return wrapSpans([...lead, ...inlineSpans(text, look)], columns);
}

/** The lines that are final, and what is left. */
export function settleFlow(flow: Flow, layout: FlowLayout): { rows: Span[][]; flow: Flow } {
  if (isOneLine(flow, layout)) return { rows: [], flow };
  const end = settledLength(flow.text, layout.look);
  const settled = end > 0 ? cutFlow(flow, end, layout) : undefined;
  if (settled && settled.rows.length > 0) return settled;
  const isFull = flow.text.length > longest || wrapFlow(flow, layout).length > layout.room;
  if (!isFull) return { rows: [], flow };
  return cutFlow(flow, lastBreak(flow.text) || flow.text.length, layout);
}

/** Nothing can be final of a paragraph that fits a line. */
function isOneLine({ lead, text }: Flow, { columns }: FlowLayout): boolean {
  return !text.includes("\n") && textWidth(textOf(lead)) + textWidth(text) <= columns;
}

/** All lines up to `end` but the last, which what follows goes on with. */
function cutFlow(flow: Flow, end: number, layout: FlowLayout): { rows: Span[][]; flow: Flow } {
  const rows = wrapFlow({ lead: flow.lead, text: flow.text.slice(0, end) }, layout);
  const last = rows.pop() ?? [];
  // Marks without a width of their own fill no line, however many there are.
  const isEndless = textOf(last).length > longest;
  if (isEndless) rows.push(last);
  return { rows, flow: { lead: isEndless ? [] : last, text: flow.text.slice(end) } };
}

/** Characters at the beginning that mean the same whatever follows, up to a place where a line may break. */
function settledLength(text: string, look: Look): number {
  // The last line may yet be a table's header.
  const last = text.lastIndexOf("\n") + 1;
  const known = text.slice(last).includes("|") ? text.slice(0, last) : text;
  let offset = 0;
  let end = 0;
  for (const token of lexInline(known, look)) {
    if (isText(token)) {
      const opener = firstOpener(known, offset, offset + token.raw.length);
      const safe = known.slice(offset, opener ?? offset + token.raw.length);
      const at = lastBreak(safe);
      if (at > 0) end = offset + at;
      if (opener !== undefined) break;
    }
    offset += token.raw.length;
  }
  return end;
}

function isText({ type }: Token): boolean {
  return type === "text" || type === "verbatim";
}

/** Where a mark stands that what follows may yet close. */
function firstOpener(text: string, from: number, to: number): number | undefined {
  const marks = /[*_~`[<\\]/g;
  marks.lastIndex = from;
  for (let found = marks.exec(text); found && found.index < to; found = marks.exec(text))
    if (mayOpen(text, found.index)) return found.index;
  return undefined;
}

function mayOpen(text: string, index: number): boolean {
  const rest = text.slice(index + 1);
  switch (text[index]) {
    case "\\":
      return rest === "";
    case "`":
      return true;
    case "[":
      // `[1]` alone is no link, and `[text][1]` whole is what it is.
      return !/^[^[\]]*\]([^([]|\[[^[\]]*\])/.test(rest);
    case "<":
      return /^([a-z/!?]|$)/i.test(rest) && !rest.includes(">");
    case "_":
      return !/^_*(\s|$)/.test(rest) && !/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, index - 2), index));
    default:
      return !/^[*~]*\s/.test(rest);
  }
}

/** Where text can be taken apart so that each part reads as before: at a space, or between characters that stand for themselves. */
function lastBreak(text: string): number {
  for (let index = text.length - 1; index > 0; index--) {
    if (isSpace(text, index) && !isSpace(text, index - 1)) return index;
    if (isIdeograph(text, index) && isIdeograph(text, index - 1)) return index;
  }
  return 0;
}

function isSpace(text: string, index: number): boolean {
  const character = text.charAt(index);
  return character === " " || character === "\n";
}

function isIdeograph(text: string, index: number): boolean {
  return text.charCodeAt(index) > 0x1100 && ideograph.test(text.charAt(index));
}
