// A cache as one safetensors file: every row at its layer and position, whatever order the cells are in, whole or not at all.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportKv, LayersError } from "../../src/cache/export-kv.ts";
import { decodeHeader, headerBytes } from "../../src/cache/safetensors.ts";
import { count, rowsAt, type SectionSpec, stateBytes } from "../helpers/state-bytes.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const length = 600;
const first = 500;
const base: SectionSpec = { typeK: "f16", typeV: "q8_0", layers: [[32, 32]], positions: count(0, length).reverse() };
const sliding: SectionSpec = {
  ...base,
  layers: [
    [64, 32],
    [32, 64],
  ],
  positions: count(first, length).reverse(),
};
const layers = { base: [5], sliding: [2, 3] };

function exported(sections: SectionSpec[]) {
  const folder = tempFolder();
  const [state, file] = [join(folder, "state"), join(folder, "kv.safetensors")];
  writeFileSync(state, stateBytes({ tokens: count(0, length), sections }));
  return { state, file };
}

test("rows stand by position under the model's layers; those of layers that slide begin where their window does", async () => {
  const { state, file } = exported([base, sliding]);
  const bytes = await exportKv(state, file, { layers, metadata: { model: "m" } });
  const content = readFileSync(file);
  expect(content).toHaveLength(bytes);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { metadata, tensors } = decodeHeader(content.subarray(0, headerBytes(content, bytes)), bytes);
  expect(metadata).toEqual({
    model: "m",
    k_type: "f16",
    v_type: "q8_0",
    sliding_layers: "2,3",
    first_position: String(first),
  });
  expect(tensors.map(({ name, dtype, shape }) => [name, dtype, ...shape])).toEqual([
    ["tokens", "I32", length],
    ["layers.5.k", "F16", length, 32],
    ["layers.5.v", "U8", length, 34],
    ["layers.2.k", "F16", length - first, 64],
    ["layers.2.v", "U8", length - first, 34],
    ["layers.3.k", "F16", length - first, 32],
    ["layers.3.v", "U8", length - first, 68],
  ]);
  const rows = content.subarray(tensors[1]?.start);
  expect(rows.equals(Buffer.concat([rowsAt(0, base, 0, length), rowsAt(1, sliding, first, length)]))).toBe(true);
});

test.each([
  ["more layers than the model", { base: [], sliding: [2, 3] }],
  ["fewer layers that slide", { base: [5], sliding: [2, 3, 4] }],
])("%s: refused, and no file is left", async (_what, numbers) => {
  const { state, file } = exported([base, sliding]);
  await expect(exportKv(state, file, { layers: numbers, metadata: {} })).rejects.toThrow(LayersError);
  expect(existsSync(file)).toBe(false);
});

test("a model that slides, and a state without a second cache, do not go together", async () => {
  const { state, file } = exported([base]);
  await expect(exportKv(state, file, { layers, metadata: {} })).rejects.toThrow("no cache for layers that slide");
});
