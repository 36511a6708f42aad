// Where the cursor may stand in a text and where it goes: between graphemes, at words and at the ends of lines. Pure arithmetic
// on string indices; only the line or the surroundings of the cursor are looked at, which keeps a key press cheap in a long text.
import { graphemes } from "../wrap.ts";

const words = new Intl.Segmenter(undefined, { granularity: "word" });
/** Characters that a move by words looks at. */
const reach = 1000;

/** The index before the grapheme that ends at `cursor`. */
export function before(text: string, cursor: number): number {
  if (cursor === 0) return 0;
  const start = lineStart(text, cursor);
  if (start === cursor) return cursor - 1;
  let last = 1;
  for (const grapheme of graphemes(text.slice(start, cursor))) last = grapheme.length;
  return cursor - last;
}

/** The index behind the grapheme that begins at `cursor`. */
export function after(text: string, cursor: number): number {
  if (text[cursor] === "\n") return cursor + 1;
  for (const grapheme of graphemes(text.slice(cursor, lineEnd(text, cursor)))) return cursor + grapheme.length;
  return cursor;
}

/** The start of the word before the cursor. Words are those of the language: in Chinese, too, which has no spaces. */
export function wordBefore(text: string, cursor: number): number {
  const from = Math.max(0, cursor - reach);
  let start = from;
  for (const { index, isWordLike } of words.segment(text.slice(from, cursor))) if (isWordLike) start = from + index;
  return boundaryBefore(text, start);
}

/** The end of the word behind the cursor. */
export function wordAfter(text: string, cursor: number): number {
  const near = text.slice(cursor, cursor + reach);
  for (const { index, segment, isWordLike } of words.segment(near)) {
    if (isWordLike) return boundaryAfter(text, cursor + index + segment.length);
  }
  return boundaryAfter(text, cursor + near.length);
}

/** The start of what stands between blanks before the cursor: a whole path, for example. */
export function chunkBefore(text: string, cursor: number): number {
  let index = cursor;
  while (index > 0 && isBlank(text[index - 1])) index--;
  while (index > 0 && !isBlank(text[index - 1])) index--;
  return boundaryBefore(text, index);
}

export function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
}

export function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}

/** `index`, or the end of the grapheme that it is inside of: an inserted combining mark joins the one before it. */
export function boundaryAfter(text: string, index: number): number {
  return index === text.length || index === 0 ? index : after(text, before(text, index));
}

/** A blank with a mark on it is one grapheme: where a word begins inside, the cursor belongs before the whole. */
function boundaryBefore(text: string, index: number): number {
  let boundary = lineStart(text, index);
  for (const grapheme of graphemes(text.slice(boundary, lineEnd(text, index)))) {
    if (boundary + grapheme.length > index) break;
    boundary += grapheme.length;
  }
  return boundary;
}

export function isBlank(character = ""): boolean {
  return character.trim() === "";
}
