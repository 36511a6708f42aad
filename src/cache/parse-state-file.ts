// Takes the headers of a sequence-state file apart. Rows are not read, only located; every count is checked against the
// tokens and the bytes that are there before it is used, and what llama.cpp would not write is refused with its reason.
import type { BoundedReader } from "./bounded-reader.ts";
import type { LayerRowBytes, RowLayout } from "./row-layout.ts";
import { cellBytes, rowHeadBytes, StateFileError, stateMagic, stateVersion, wordBytes } from "./state-format.ts";
import { type KvType, kvTypeOf, valuesInRow } from "./types.ts";

/** One cache of the file: cells with a row each in every layer, in any order of positions. */
export interface StateSection {
  readonly layout: RowLayout;
  /** The cells hold the positions `[firstPosition, firstPosition + cells.length)`, each once. */
  readonly firstPosition: number;
  /** `cells[position - firstPosition]` is the index of that position's row. */
  readonly cells: Int32Array;
  /** Where in the file the rows of each part begin, in the order of `rowParts`. */
  readonly rowsAt: readonly number[];
}

export interface StateContents {
  readonly tokens: Int32Array;
  /** All positions of the layers that look back at everything. */
  readonly base: StateSection;
  /** The newest positions, of the layers that slide. */
  readonly sliding: StateSection | undefined;
}

/** What every sequence-state file begins with. Throws a `StateFileError`. */
export async function parseTokens(reader: BoundedReader): Promise<Int32Array> {
  if ((await reader.takeWord("its first word")) !== stateMagic) throw new StateFileError("not a sequence-state file");
  const version = await reader.takeWord("its version");
  if (version !== stateVersion) throw new StateFileError(`version ${version} of the format, not ${stateVersion}`);
  const count = await reader.takeWord("its token count");
  if (count === 0) throw new StateFileError("the file holds no tokens");
  const view = await reader.take(count * wordBytes, "its tokens");
  return Int32Array.from({ length: count }, (_, index) => view.getInt32(index * wordBytes, true));
}

/** Throws a `StateFileError` unless the file is of these tokens. */
export function expectTokens(found: Int32Array, expected: readonly number[]): void {
  if (found.length !== expected.length || found.some((token, index) => token !== expected[index])) {
    throw new StateFileError("the state is of other tokens");
  }
}

/** Throws a `StateFileError`. */
export async function parseStateFile(reader: BoundedReader): Promise<StateContents> {
  const tokens = await parseTokens(reader);
  const count = tokens.length;
  const base = await parseSection(reader, count);
  if (base.cells.length !== count) {
    throw new StateFileError(`cells for ${base.cells.length} of ${count} tokens: this cache has lost some`);
  }
  const sliding = reader.left > 0 ? await parseSection(reader, count) : undefined;
  if (reader.left > 0) throw new StateFileError("more than two caches: recurrent, hybrid or unknown");
  return { tokens, base, sliding };
}

async function parseSection(reader: BoundedReader, tokens: number): Promise<StateSection> {
  const streams = await reader.takeWord("the count of sequences");
  if (streams === 0 || streams * wordBytes > reader.left) {
    throw new StateFileError("no attention cache: recurrent, hybrid or unknown");
  }
  let section: StateSection | undefined;
  for (let stream = 0; stream < streams; stream++) {
    const cells = await reader.takeWord("the count of cells");
    if (cells === 0) continue;
    if (section) throw new StateFileError("cells of more than one sequence");
    if (cells > tokens) throw new StateFileError(`${cells} cells for ${tokens} tokens`);
    section = { ...(await parseCells(reader, cells, tokens)), ...(await parseRows(reader, cells)) };
  }
  if (!section) throw new StateFileError("a cache without cells");
  return section;
}

async function parseCells(reader: BoundedReader, count: number, tokens: number) {
  const view = await reader.take(count * cellBytes, "the cells");
  const firstPosition = tokens - count;
  const cells = new Int32Array(count).fill(-1);
  const sequence = view.getInt32(2 * wordBytes, true);
  for (let cell = 0; cell < count; cell++) {
    const index = view.getInt32(cell * cellBytes, true) - firstPosition;
    const isOurs =
      view.getUint32(cell * cellBytes + wordBytes, true) === 1 &&
      view.getInt32(cell * cellBytes + 2 * wordBytes, true) === sequence;
    if (!isOurs)
      throw new StateFileError("cells with more than a position: recurrent, hybrid, several positions a token");
    if (cells[index] !== -1) throw new StateFileError("positions that are missing, doubled or beyond the tokens");
    cells[index] = cell;
  }
  return { firstPosition, cells };
}

async function parseRows(reader: BoundedReader, cells: number) {
  const transposed = await reader.takeWord("the order of V");
  if (transposed === 1) throw new StateFileError("V is stored transposed, as without flash attention");
  if (transposed !== 0) throw new StateFileError("an order of V that is not known");
  const count = await reader.takeWord("the count of layers");
  if (count === 0 || count * rowHeadBytes * 2 > reader.left)
    throw new StateFileError(`${count} layers do not fit the file`);
  const keys = await parseParts(reader, count, cells, "K");
  const values = await parseParts(reader, count, cells, "V");
  const layers = keys.rowBytes.map((k, layer): LayerRowBytes => ({ k, v: values.rowBytes[layer] as number }));
  const rowsAt = keys.rowsAt.flatMap((at, layer) => [at, values.rowsAt[layer] as number]);
  return { layout: { typeK: keys.type, typeV: values.type, layers }, rowsAt };
}

async function parseParts(reader: BoundedReader, layers: number, cells: number, name: "K" | "V") {
  const rowsAt: number[] = [];
  const rowBytes: number[] = [];
  let type: KvType | undefined;
  for (let layer = 0; layer < layers; layer++) {
    const what = `${name} of layer ${layer}`;
    const head = await reader.take(rowHeadBytes, what);
    const found = kvTypeOf(head.getInt32(0, true));
    const bytes = Number(head.getBigUint64(wordBytes, true));
    if (!found) throw new StateFileError(`${what} has a type that is not known`);
    if (type && found !== type) throw new StateFileError(`${what} is ${found}, the layers before it ${type}`);
    if (valuesInRow(found, bytes) === undefined)
      throw new StateFileError(`${what} has rows of ${bytes} bytes in ${found}`);
    type = found;
    rowBytes.push(bytes);
    rowsAt.push(reader.offset);
    reader.skip(bytes * cells, what);
  }
  return { type: type as KvType, rowsAt, rowBytes };
}
