// A sequence-state file of llama.cpp, open for reading: its tokens, and the rows of any positions, whatever the order of its
// cells. Only the headers and the rows asked for are in memory.
import { type FileHandle, open } from "node:fs/promises";
import { BoundedReader } from "./bounded-reader.ts";
import { readFully } from "./file-bytes.ts";
import { parseStateFile, type StateContents, type StateSection } from "./parse-state-file.ts";
import { rowParts, tokenBytes } from "./row-layout.ts";
import { StateFileError } from "./state-format.ts";

export class StateFile implements AsyncDisposable {
  readonly contents: StateContents;
  readonly #file: FileHandle;

  constructor(file: FileHandle, contents: StateContents) {
    this.#file = file;
    this.contents = contents;
  }

  /**
   * The rows of the positions `[start, end)` in position order, part by part (see row-layout.ts): for each layer
   * `(end - start) × row bytes` of K, then of V. The positions are in the section.
   */
  async readRows(section: StateSection, start: number, end: number): Promise<Uint8Array> {
    const rows = new Uint8Array((end - start) * tokenBytes(section.layout));
    const runs = cellRuns(section, start, end);
    let filled = 0;
    for (const [index, { rowBytes }] of rowParts(section.layout).entries()) {
      for (const { cell, count } of runs) {
        const target = rows.subarray(filled, filled + count * rowBytes);
        const at = (section.rowsAt[index] as number) + cell * rowBytes;
        if (!(await readFully(this.#file, target, at))) throw new StateFileError("the file became shorter");
        filled += target.length;
      }
    }
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** Throws a `StateFileError` where the file is damaged, or holds something else than attention over plain positions. */
export async function openStateFile(path: string): Promise<StateFile> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    return new StateFile(file, await parseStateFile(new BoundedReader(file, size)));
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The cells of `[start, end)` as runs that lie one behind the other. */
function cellRuns({ cells, firstPosition }: StateSection, start: number, end: number) {
  const runs: { cell: number; count: number }[] = [];
  for (let position = start; position < end; position++) {
    const cell = cells[position - firstPosition];
    if (cell === undefined) throw new Error(`position ${position} is not in this cache`);
    const last = runs.at(-1);
    if (last && cell === last.cell + last.count) last.count++;
    else runs.push({ cell, count: 1 });
  }
  return runs;
}
