// The last block of code in an answer, as it is to be run: without its fence, and without the indentation of a list that it is in.
import { closesFence, type Fence, insideFence, readFence } from "../markdown/code-leaf.ts";
import { indentOf } from "../markdown/containers.ts";

/** Undefined where there is none. One that was cut off counts, too. */
export function lastCodeBlock(markdown: string): string | undefined {
  let last: string[] | undefined;
  let fence: Fence | undefined;
  for (const line of markdown.split("\n")) {
    if (!fence) {
      const begun = readFence(line.trimStart());
      if (!begun) continue;
      fence = { ...begun, indent: indentOf(line) };
      last = [];
    } else if (closesFence(line.trimStart(), fence)) fence = undefined;
    else last?.push(insideFence(line, fence));
  }
  return last?.join("\n");
}
