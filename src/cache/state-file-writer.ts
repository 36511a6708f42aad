// Writes a sequence-state file that llama.cpp loads, with its cells in position order. Rows come in any order of positions and
// go straight to their place: memory holds no more than is handed over.
import { type FileHandle, open, rm } from "node:fs/promises";
import { allEnded } from "./all-ended.ts";
import { writeFully } from "./file-bytes.ts";
import { type RowLayout, rowParts, tokenBytes } from "./row-layout.ts";
import { cellBytes, rowHeadBytes, stateMagic, stateVersion, wordBytes } from "./state-format.ts";
import { ggmlType } from "./types.ts";

export interface StateFileOptions {
  /** The tokens of positions 0, 1, …; the base cache gets a cell for each. */
  readonly tokens: readonly number[];
  readonly base: RowLayout;
  /** The cache of the layers that slide, with a cell for each position from `firstPosition` on. */
  readonly sliding?: { readonly layout: RowLayout; readonly firstPosition: number };
  /** Sequences of the context that is to load it; the cells are those of the first. */
  readonly sequences?: number;
}

export type SectionName = "base" | "sliding";

interface Section {
  readonly layout: RowLayout;
  readonly firstPosition: number;
  /** Where the rows of each part begin, in the order of `rowParts`. */
  readonly rowsAt: readonly number[];
}

export class StateFileWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #tokens: readonly number[];
  readonly #sequences: number;
  readonly #sections = new Map<SectionName, Section>();
  #size = 0;
  #rowBytesLeft = 0;

  private constructor(path: string, file: FileHandle, { tokens, sequences = 1 }: StateFileOptions) {
    this.#path = path;
    this.#file = file;
    this.#tokens = tokens;
    this.#sequences = sequences;
  }

  /** The file is for the user alone (mode 0600); one that is there is replaced. */
  static async create(path: string, options: StateFileOptions): Promise<StateFileWriter> {
    const writer = new StateFileWriter(path, await open(path, "w", 0o600), options);
    try {
      await writer.#writeHeader();
      await writer.#writeSection("base", options.base, 0);
      if (options.sliding) await writer.#writeSection("sliding", options.sliding.layout, options.sliding.firstPosition);
      return writer;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }

  /** Rows of positions from `start` on, each of the runs as `StateFile.readRows` gives it. */
  async writeRows(name: SectionName, start: number, ...runs: readonly Uint8Array[]): Promise<void> {
    const section = this.#sections.get(name);
    if (!section) throw new Error(`the file has no ${name} cache`);
    const width = tokenBytes(section.layout);
    const writes: Promise<void>[] = [];
    /** Bytes of a token's rows in the parts before. */
    let before = 0;
    for (const [index, { rowBytes }] of rowParts(section.layout).entries()) {
      const at = (section.rowsAt[index] as number) + (start - section.firstPosition) * rowBytes;
      const rows = runs.map((run) => {
        const count = run.length / width;
        return run.subarray(count * before, count * (before + rowBytes));
      });
      writes.push(writeFully(this.#file, rows.length === 1 ? (rows[0] as Uint8Array) : Buffer.concat(rows), at));
      before += rowBytes;
    }
    // At once: one after the other they take twice as long.
    await allEnded(writes);
    this.#rowBytesLeft -= runs.reduce((sum, run) => sum + run.length, 0);
  }

  /** Throws, and removes the file, unless all rows are in it. Returns its size in bytes. */
  async finish(): Promise<number> {
    const { size } = await this.#file.stat();
    if (this.#rowBytesLeft !== 0 || size !== this.#size) {
      await this.abandon();
      throw new Error(`${size} of ${this.#size} bytes were written`);
    }
    await this.#file.close();
    return size;
  }

  /** Gives up, and leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #writeHeader(): Promise<void> {
    await this.#append(words([stateMagic, stateVersion, this.#tokens.length, ...this.#tokens]));
  }

  async #writeSection(name: SectionName, layout: RowLayout, firstPosition: number): Promise<void> {
    const count = this.#tokens.length - firstPosition;
    await this.#append(words([this.#sequences, count]));
    const cells = new Int32Array((count * cellBytes) / wordBytes);
    for (let cell = 0; cell < count; cell++) cells.set([firstPosition + cell, 1, 0], cell * 3);
    await this.#append(words([...cells, 0, layout.layers.length]));
    const rowsAt: number[] = [];
    const parts = rowParts(layout);
    for (const wanted of ["k", "v"]) {
      for (const [index, { part, type, rowBytes }] of parts.entries()) {
        if (part !== wanted) continue;
        const head = new DataView(new ArrayBuffer(rowHeadBytes));
        head.setInt32(0, ggmlType(type), true);
        head.setBigUint64(wordBytes, BigInt(rowBytes), true);
        await this.#append(new Uint8Array(head.buffer));
        rowsAt[index] = this.#size;
        this.#size += count * rowBytes;
        this.#rowBytesLeft += count * rowBytes;
      }
    }
    await this.#append(words(new Array(this.#sequences - 1).fill(0)));
    this.#sections.set(name, { layout, firstPosition, rowsAt });
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await writeFully(this.#file, bytes, this.#size);
    this.#size += bytes.length;
  }
}

/** Little-endian, whatever the machine. */
function words(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * wordBytes));
  for (const [index, value] of values.entries()) view.setInt32(index * wordBytes, value, true);
  return new Uint8Array(view.buffer);
}
