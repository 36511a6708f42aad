// An answer in Markdown while it streams. What arrives is gathered into lines, and long lines into pieces, before it is looked at: so
// a token costs the same however long the answer is, and the lines that come out are the same however the text was cut up.
import type { OpenText } from "../open-text.ts";
import { type Blocks, BlockWriter, noBlocks } from "./block-writer.ts";
import type { Leaf } from "./leaf.ts";
import type { Look } from "./span.ts";

interface Reading {
  readonly blocks: Blocks;
  /** The end of the text that is no line yet. */
  readonly partial: string;
  /** The beginning of that line was taken already. */
  readonly isContinued: boolean;
}

/** Lines of code, of tables and of marks are taken whole, up to so many characters. */
const longestLine = 2000;
/** A line of text is known for one by then. */
const shortestPiece = 40;
const wholeLine = /^[\s>]*(#|\||```|~~~)|^[\s>]{0,6}\[[^[\]]{1,30}\]:/;
const marksAlone = /^[\s\-=_*+|:>]*$/;
/** The beginning of a line that has yet to tell what it is. */
const undecided = /^[\s\-=_*+|:>#`~]*(\d{1,9}[.)]?\s*)?(\[[ xX]?\]?)?$/;

export function createMarkdown(look: Look): () => OpenText {
  return () => open({ blocks: noBlocks, partial: "", isContinued: false }, look);
}

function open(reading: Reading, look: Look): OpenText {
  return {
    // A block stays whole: what is printed in the middle of it comes above.
    interrupt: () => ({ lines: [], open: open(reading, look) }),
    write(text, layout) {
      const isFirst = reading.partial === "" && !reading.blocks.hasLines && reading.blocks.leaf === undefined;
      const partial = reading.partial + (isFirst ? text.trimStart() : text);
      const writer = new BlockWriter(reading.blocks, { ...layout, look });
      const read = takeLines(writer, { ...reading, partial }, layout.columns);
      return { lines: writer.lines, open: open(read, look) };
    },
    peek(layout) {
      const writer = new BlockWriter(reading.blocks, { ...layout, look });
      if (!isUndecided(reading)) takeEnd(writer, reading);
      writer.pause();
      return writer.lines;
    },
    end(layout) {
      const writer = new BlockWriter(reading.blocks, { ...layout, look });
      takeEnd(writer, reading);
      writer.end();
      return writer.lines;
    },
  };
}

function takeLines(writer: BlockWriter, { partial, isContinued }: Reading, columns: number): Reading {
  let isInside = isContinued;
  let start = 0;
  let feed = partial.indexOf("\n");
  for (;;) {
    const end = feed < 0 ? partial.length : feed;
    const length = pieceLength(partial.slice(start, end), { leaf: writer.blocks.leaf, isInside, columns });
    const isWhole = end - start < length;
    if (isWhole && feed < 0) return { blocks: writer.blocks, partial: partial.slice(start), isContinued: isInside };
    take(writer, partial.slice(start, isWhole ? end : start + length), isInside);
    start = isWhole ? end + 1 : start + length;
    isInside = !isWhole;
    if (isWhole) feed = partial.indexOf("\n", start);
  }
}

function takeEnd(writer: BlockWriter, { partial, isContinued }: Reading): void {
  if (partial !== "") take(writer, partial, isContinued);
}

function take(writer: BlockWriter, text: string, isContinued: boolean): void {
  if (!isContinued) writer.line(text);
  else if (text !== "") writer.more(text);
}

/** From how many characters on a line is taken in pieces of that length. It depends on no more than those characters. */
function pieceLength(line: string, how: { leaf: Leaf | undefined; isInside: boolean; columns: number }): number {
  if (how.leaf && how.leaf.type !== "text") return longestLine;
  const start = line.slice(0, longestLine);
  const isWhole = !how.isInside && (wholeLine.test(start) || marksAlone.test(start));
  return isWhole ? longestLine : Math.max(shortestPiece, how.columns);
}

function isUndecided({ partial, isContinued, blocks }: Reading): boolean {
  if (isContinued) return false;
  return blocks.leaf?.type === "code" ? /^[\s>]*(`+|~+)$/.test(partial) : undecided.test(partial);
}
