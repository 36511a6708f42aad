// A KV cache as one safetensors file for other tools, from a state file: a tensor a layer and part, rows by position.
import type { FileHandle } from "node:fs/promises";
import { littleEndian } from "./block-key.ts";
import { writeFully } from "./file-bytes.ts";
import { partTensor } from "./kv-block.ts";
import type { StateSection } from "./parse-state-file.ts";
import { type RowPart, rowParts } from "./row-layout.ts";
import { encodeHeader, type Tensor, tensorBytes } from "./safetensors.ts";
import { openStateFile, type StateFile } from "./state-file.ts";
import { writeWhole } from "./temporary-file.ts";

/** Which layers of the model a state's caches hold, in the order of their rows. */
export interface LayerNumbers {
  readonly base: readonly number[];
  /** Layers that look back a window only; empty where none does. */
  readonly sliding: readonly number[];
}

/** The state has other layers than the model. */
export class LayersError extends Error {
  override readonly name = "LayersError";
}

/** Positions that are in memory at once. */
const step = 256;

/**
 * Writes `tokens` (I32) and `layers.N.k`, `layers.N.v`, N being the model's layer. Those of sliding layers hold the positions from
 * `first_position` in the metadata on, all others every position. The file appears whole or not at all, for the user alone
 * (0600). Returns its bytes. Throws a `LayersError`, and a `StoreError` where it cannot be written.
 */
export async function exportKv(
  statePath: string,
  path: string,
  { layers, metadata }: { layers: LayerNumbers; metadata: Readonly<Record<string, string>> },
): Promise<number> {
  await using state = await openStateFile(statePath);
  const { tokens, base, sliding } = state.contents;
  const caches = [cacheOf(base, layers.base), ...(sliding ? [cacheOf(sliding, layers.sliding)] : [])];
  if (!sliding && layers.sliding.length > 0) throw new LayersError("the state has no cache for layers that slide");
  const tensors: Tensor[] = [{ name: "tokens", dtype: "I32", shape: [tokens.length] }];
  for (const { section, parts } of caches) {
    tensors.push(...parts.map((part) => partTensor("layers", part, section.cells.length)));
  }
  const { typeK, typeV } = base.layout;
  const header = encodeHeader(tensors, {
    ...metadata,
    k_type: typeK,
    v_type: typeV,
    sliding_layers: layers.sliding.join(),
    first_position: String(sliding?.firstPosition ?? 0),
  });
  return await writeWhole(path, async (file) => {
    await writeFully(file, header, 0);
    const ids = littleEndian(tokens);
    await writeFully(file, ids, header.length);
    let end = header.length + ids.length;
    for (const cache of caches) end = await writeRows(file, end, state, cache);
    return end;
  });
}

interface Cache {
  readonly section: StateSection;
  /** By the model's layer numbers. */
  readonly parts: readonly RowPart[];
}

function cacheOf(section: StateSection, numbers: readonly number[]): Cache {
  const { layers } = section.layout;
  if (layers.length !== numbers.length) {
    throw new LayersError(`the state has ${layers.length} layers where the model has ${numbers.length}`);
  }
  return {
    section,
    parts: rowParts(section.layout).map((part) => ({ ...part, layer: numbers[part.layer] as number })),
  };
}

/** All tensors of one cache, from byte `start` on. Returns the byte behind them. */
async function writeRows(
  file: FileHandle,
  start: number,
  state: StateFile,
  { section, parts }: Cache,
): Promise<number> {
  const { firstPosition, cells } = section;
  for (let done = 0; done < cells.length; done += step) {
    const count = Math.min(step, cells.length - done);
    const rows = await state.readRows(section, firstPosition + done, firstPosition + done + count);
    let read = 0;
    let tensorAt = start;
    for (const { rowBytes } of parts) {
      await writeFully(file, rows.subarray(read, read + count * rowBytes), tensorAt + done * rowBytes);
      read += count * rowBytes;
      tensorAt += cells.length * rowBytes;
    }
  }
  return start + parts.reduce((sum, part) => sum + tensorBytes(partTensor("layers", part, cells.length)), 0);
}
