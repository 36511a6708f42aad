// Breaks text into terminal lines by grapheme and column. Greedy and prefix-stable: a line that is followed by another never
// changes when more text arrives, so a streaming answer can be printed line by line and never be touched again.
import stringWidth from "string-width";
import { graphemesOf } from "../../session/graphemes.ts";

const asciiOnly = /^[ -~]*$/;
/** Punctuation that East Asian typesetting never puts at the start of a line. */
const neverStartsLine = new Set("、。，．・：；？！）」』】〕〉》］｝〟’”…ーぁぃぅぇぉっゃゅょァィゥェォッャュョ");
const widths = new Map<string, number>();
const widthsLimit = 4096;

/** Columns that one grapheme takes; a tab takes four, as it is drawn. */
export function graphemeColumns(grapheme: string): number {
  if (grapheme.length === 1) {
    const code = grapheme.charCodeAt(0);
    if (code >= 0x20 && code < 0x7f) return 1;
    if (code === 9) return 4;
  }
  const known = widths.get(grapheme);
  if (known !== undefined) return known;
  if (widths.size >= widthsLimit) widths.clear();
  const columns = stringWidth(grapheme);
  widths.set(grapheme, columns);
  return columns;
}

/** Columns of one line of text. */
export function textWidth(text: string): number {
  if (asciiOnly.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += graphemeColumns(grapheme);
  return width;
}

/** The graphemes of a text, as strings. ASCII, which is most text, takes a short cut. */
export function graphemes(text: string): Iterable<string> {
  return asciiOnly.test(text) ? text : segments(text);
}

/** Intl.Segmenter is slow to begin: it is asked only about what stands between ASCII characters. */
function* segments(text: string): Iterable<string> {
  for (let index = 0; index < text.length; ) {
    let end = index + 1;
    if (standsAlone(text, index)) {
      yield text.charAt(index);
    } else {
      while (end < text.length && !standsAlone(text, end)) end++;
      yield* graphemesOf(text.slice(index, end));
    }
    index = end;
  }
}

/** An ASCII character that nothing is put on, such as an accent. */
function standsAlone(text: string, index: number): boolean {
  return isAscii(text.charCodeAt(index)) && (index + 1 === text.length || isAscii(text.charCodeAt(index + 1)));
}

function isAscii(code: number): boolean {
  return code >= 0x20 && code < 0x7f;
}

/** Where each terminal line of one line of text (without line feeds) starts: string indices, the first is 0. */
export function lineStarts(line: string, columns: number): number[] {
  if (line.length <= columns && asciiOnly.test(line)) return [0];
  const starts = [0];
  let start = 0;
  let used = 0;
  let breakAt = 0;
  let usedAtBreak = 0;
  let index = 0;
  let wasWide = false;
  let wasSpace = false;
  for (const grapheme of graphemes(line)) {
    const width = graphemeColumns(grapheme);
    const isSpace = grapheme === " " || grapheme === "\t";
    const isWide = width >= 2;
    if (index > start && !isSpace && (wasSpace || ((isWide || wasWide) && !neverStartsLine.has(grapheme)))) {
      breakAt = index;
      usedAtBreak = used;
    }
    // A space at the edge hangs over it, unseen, and so never begins the next line.
    if (used + width > columns && used > 0 && !isSpace) {
      const at = breakAt > start ? breakAt : index;
      used -= breakAt > start ? usedAtBreak : used;
      start = at;
      starts.push(at);
    }
    used += width;
    index += grapheme.length;
    wasWide = isWide;
    wasSpace = isSpace;
  }
  return starts;
}

/** All terminal lines of a text, without the spaces at their ends. */
export function wrapText(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, columns));
}

/** The lines of a text that more text can no longer change, and the rest, which it can: the last line with its line feeds. */
export function wrapOpenText(text: string, columns: number): { lines: string[]; rest: string } {
  const body = text.replace(/\n+$/, "");
  const lastFeed = body.lastIndexOf("\n");
  const last = body.slice(lastFeed + 1);
  const lastStart = lineStarts(last, columns).at(-1) ?? 0;
  const lines = lastFeed < 0 ? [] : wrapText(body.slice(0, lastFeed), columns);
  if (lastStart > 0) lines.push(...wrapLine(last.slice(0, lastStart), columns));
  return { lines, rest: last.slice(lastStart) + text.slice(body.length) };
}

function wrapLine(line: string, columns: number): string[] {
  const starts = lineStarts(line, columns);
  return starts.map((start, row) => line.slice(start, starts[row + 1]).trimEnd());
}
