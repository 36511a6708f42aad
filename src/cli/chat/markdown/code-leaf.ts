// Code in an answer: each line is final as soon as it is whole, in the colours of its language. Between two short marks rather than
// in a frame, so that it can be copied off the screen.
import { cutToColumns } from "../../sessions/cut-to-columns.ts";
import { indentOf } from "./containers.ts";
import { type Highlighter, highlightLine, startHighlighter } from "./highlight.ts";
import { cutSpans, type Span, span } from "./span.ts";

export interface CodeLeaf {
  readonly type: "code";
  /** Undefined for code that is only indented. */
  readonly fence: Fence | undefined;
  readonly highlighter: Highlighter | undefined;
  /** Blank lines that belong to indented code if more of it follows. */
  readonly blanks: number;
}

export interface Fence {
  readonly mark: string;
  readonly indent: number;
  readonly language: string;
}

const fenceLine = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

/** The columns that code is indented by to be code. */
export const codeIndent = 4;
export const codeEnd: readonly Span[] = [span("└─", "faint")];

export function readFence(line: string): Fence | undefined {
  const found = fenceLine.exec(line);
  if (!found) return undefined;
  const [, indent = "", mark = "", info = ""] = found;
  // Also Pandoc's {.python}, and "python title=x".
  const language = /[\p{L}\p{N}_+#.-]+/u.exec(info.replace(/^[\s{.]+/, ""))?.[0] ?? "";
  return { mark, indent: indent.length, language };
}

export function closesFence(line: string, { mark }: Fence): boolean {
  const end = line.trim();
  return indentOf(line) < codeIndent && end.length >= mark.length && end === mark.charAt(0).repeat(end.length);
}

export function openCode(fence: Fence | undefined): CodeLeaf {
  return { type: "code", fence, highlighter: fence && startHighlighter(fence.language), blanks: 0 };
}

export function codeStart({ language }: Fence, columns: number): Span[] {
  return [span(cutToColumns(`┌─ ${language}`.trimEnd(), columns), "faint")];
}

/** The rows of one more line, which begins where the code's own text does. */
export function addCodeLine(leaf: CodeLeaf, line: string, columns: number): { rows: Span[][]; leaf: CodeLeaf } {
  const read = leaf.highlighter && highlightLine(leaf.highlighter, line);
  const rows = cutSpans(read?.spans ?? [span(line)], columns);
  const blanks: Span[][] = Array.from({ length: leaf.blanks }, () => []);
  return { rows: [...blanks, ...rows], leaf: { ...leaf, highlighter: read?.highlighter, blanks: 0 } };
}

/** A line between fences without the indentation that its fence has. */
export function insideFence(line: string, { indent }: Fence): string {
  return line.slice(Math.min(indent, indentOf(line)));
}
