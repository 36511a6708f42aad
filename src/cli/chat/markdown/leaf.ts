// The blocks that hold text themselves, and how a line tells that one of them begins: CommonMark's rules
// (https://spec.commonmark.org/0.31.2/#leaf-blocks), but for HTML, which is shown as the text that it is.
import { type CodeLeaf, codeIndent, type Fence, readFence } from "./code-leaf.ts";
import { indentOf, ruleLine } from "./containers.ts";
import type { Flow } from "./flow.ts";
import type { TableLeaf } from "./table-leaf.ts";

export type Leaf = TextLeaf | TableLeaf | CodeLeaf;

export interface TextLeaf {
  readonly type: "text";
  readonly flow: Flow;
}

export type LeafStart =
  | { readonly type: "fence"; readonly fence: Fence }
  | { readonly type: "heading"; readonly level: number; readonly text: string }
  | { readonly type: "rule" }
  | { readonly type: "indented" }
  | { readonly type: "text" };

const headingLine = /^ {0,3}(#{1,6})(?: +(.*?))??(?: +#+)? *$/;
const underline = /^ {0,3}(=+|-+) *$/;

export function leafStart(line: string, isInParagraph: boolean): LeafStart {
  if (indentOf(line) >= codeIndent) return { type: isInParagraph ? "text" : "indented" };
  const fence = readFence(line);
  if (fence) return { type: "fence", fence };
  const heading = headingLine.exec(line);
  if (heading) return { type: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" };
  return { type: ruleLine.test(line) ? "rule" : "text" };
}

/** 1 or 2 where a line makes a heading of the paragraph before it. */
export function underlineLevel(line: string): number | undefined {
  const mark = underline.exec(line)?.[1];
  return mark === undefined ? undefined : mark.startsWith("=") ? 1 : 2;
}
