// A run of text that looks alike. Markdown becomes lines of spans; how each style looks is the theme's to say.
import type { Style } from "../theme.ts";
import { graphemeColumns, graphemes, lineStarts, textWidth } from "../wrap.ts";

export interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
  /** Where a click leads, in terminals that know links. */
  readonly url?: string;
}

/** By label, in lower case. */
export type Definitions = Readonly<Record<string, { readonly href: string; readonly title: string | undefined }>>;

/** What the terminal can show, and what is known of the answer. */
export interface Look {
  /** False: what styles would tell is told by the marks of Markdown. */
  readonly hasStyles: boolean;
  /** Whether text can be a link to click on. */
  readonly hasLinks: boolean;
  /** Where `[text][label]` leads, as far as the answer has defined it before. */
  readonly definitions?: Definitions;
}

export function span(text: string, ...styles: Style[]): Span {
  return { text, styles };
}

export function textOf(spans: readonly Span[]): string {
  let text = "";
  for (const { text: part } of spans) text += part;
  return text;
}

/** The spans with further styles under their own. */
export function styled(spans: readonly Span[], ...styles: Style[]): Span[] {
  return spans.map((one) => ({ ...one, styles: [...styles, ...one.styles] }));
}

/** Terminal lines as `wrapText` makes them; line feeds in the spans break lines. */
export function wrapSpans(spans: readonly Span[], columns: number): Span[][] {
  const rows: Span[][] = [];
  const text = textOf(spans);
  let offset = 0;
  for (const line of text.split("\n")) {
    const starts = lineStarts(line, columns);
    starts.forEach((start, row) => {
      const length = line.slice(start, starts[row + 1]).trimEnd().length;
      rows.push(sliceSpans(spans, offset + start, offset + start + length));
    });
    offset += line.length + 1;
  }
  return rows;
}

/** Cuts at the edge wherever it falls, every space kept: for code, whose columns mean something. */
export function cutSpans(spans: readonly Span[], columns: number): Span[][] {
  const text = textOf(spans);
  if (textWidth(text) <= columns) return [[...spans]];
  const starts = [0];
  let index = 0;
  let used = 0;
  for (const grapheme of graphemes(text)) {
    const width = graphemeColumns(grapheme);
    if (used + width > columns && used > 0) {
      starts.push(index);
      used = 0;
    }
    used += width;
    index += grapheme.length;
  }
  return starts.map((start, row) => sliceSpans(spans, start, starts[row + 1] ?? index));
}

/** Without the spaces at its end. */
export function trimLine(line: readonly Span[]): Span[] {
  const last = line.findLastIndex(({ text }) => text.trimEnd() !== "");
  return line.slice(0, last + 1).map((one, index) => (index === last ? { ...one, text: one.text.trimEnd() } : one));
}

function sliceSpans(spans: readonly Span[], start: number, end: number): Span[] {
  const slice: Span[] = [];
  let offset = 0;
  for (const one of spans) {
    const from = Math.max(0, start - offset);
    const to = Math.min(one.text.length, end - offset);
    if (from < to) slice.push(to - from === one.text.length ? one : { ...one, text: one.text.slice(from, to) });
    offset += one.text.length;
    if (offset >= end) break;
  }
  return slice;
}
