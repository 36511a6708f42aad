// A cache that has slid, restored from a file, is in position order; the live one is not, and attention sums in cell order, to the
// last bit. A chat that goes on from the reordered state goes on as one that was resumed from it.
import type { StateSection } from "./parse-state-file.ts";
import { openStateFile } from "./state-file.ts";
import { type SectionName, StateFileWriter } from "./state-file-writer.ts";

const chunkTokens = 256;

/**
 * Returns the file to load so that the live cells are those of a restored cache: `to`, written anew in position order; `from`,
 * where that is in order, but the live cache still has cells that have left the window; undefined where nothing is to be done.
 */
export async function reorderState(from: string, to: string): Promise<string | undefined> {
  await using state = await openStateFile(from);
  const { tokens, base, sliding } = state.contents;
  const hasForgotten = sliding !== undefined && sliding.firstPosition > 0;
  if (isInOrder(base) && (!sliding || isInOrder(sliding))) return hasForgotten ? from : undefined;
  const writer = await StateFileWriter.create(to, {
    tokens: Array.from(tokens),
    base: base.layout,
    ...(sliding && { sliding: { layout: sliding.layout, firstPosition: sliding.firstPosition } }),
  });
  const copy = async (name: SectionName, section: StateSection) => {
    const last = section.firstPosition + section.cells.length;
    for (let start = section.firstPosition; start < last; start += chunkTokens) {
      const end = Math.min(last, start + chunkTokens);
      await writer.writeRows(name, start, await state.readRows(section, start, end));
    }
  };
  try {
    await copy("base", base);
    if (sliding) await copy("sliding", sliding);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await writer.finish();
  return to;
}

function isInOrder({ cells }: StateSection): boolean {
  return cells.every((cell, index) => cell === index);
}
