// A cache that has slid, restored from a file, is in position order; the live one is not, and attention sums in cell order, to the
// last bit. A chat that goes on from the reordered state goes on as one that was resumed from it.
import type { StateSection } from "./parse-state-file.ts";
import { openStateFile } from "./state-file.ts";
import { type SectionName, StateFileWriter } from "./state-file-writer.ts";

const chunkTokens = 256;

/** Writes the state at `from` to `to` with its cells in position order; false, and no file, where they are so already. */
export async function reorderState(from: string, to: string): Promise<boolean> {
  await using state = await openStateFile(from);
  const { tokens, base, sliding } = state.contents;
  if (isInOrder(base) && (!sliding || isInOrder(sliding))) return false;
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
  return true;
}

function isInOrder({ cells }: StateSection): boolean {
  return cells.every((cell, index) => cell === index);
}
