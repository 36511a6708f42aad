// What `kvchat inspect` tells of a cache before anything is loaded is what llama.cpp then says that it allocated: for the real
// models with each type, and for tiny ones whose caches have other shapes.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { contextBytes, type KvConfig, type KvShape } from "../../src/cache/budget.ts";
import { kvTypes } from "../../src/cache/types.ts";
import { readModelFile } from "../../src/session/models/check-chat-model.ts";
import { isShapeExact, kvShape } from "../../src/session/models/kv-shape.ts";
import { ggufBytes } from "../helpers/gguf-writer.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { bunPath } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";
import { tinyModels } from "../helpers/tiny-models.ts";

const program = join(import.meta.dirname, "../helpers/open-engine-child.ts");
const ascending = (a: number, b: number) => a - b;

/** MiB of the buffers for K and V, and for recurrent states, that llama.cpp names, to its two decimals. */
async function allocated(modelPath: string, { typeK, typeV, ...config }: KvConfig, ctxSize: number) {
  const changes = { ...config, cacheTypeK: typeK, cacheTypeV: typeV, ctxSize };
  const { stdout } = await promisify(execFile)(bunPath, [program, modelPath, JSON.stringify(changes)], {
    maxBuffer: 64 << 20,
  });
  const sizes = (kind: string) =>
    Array.from(stdout.matchAll(new RegExp(`${kind} buffer size = +([\\d.]+) MiB`, "g")), ([, size]) => Number(size));
  return { kv: sizes("KV").sort(ascending), states: sizes("RS") };
}

/** One buffer holds the layers that see everything, one those that slide. */
function partsOf(shape: KvShape): KvShape[] {
  return [false, true]
    .map((sliding) => ({ ...shape, stateBytes: 0, layers: shape.layers.filter((layer) => layer.sliding === sliding) }))
    .filter(({ layers }) => layers.length > 0);
}

async function expectAllocated(modelPath: string, config: KvConfig, contextSize: number): Promise<void> {
  const { facts } = await readModelFile(modelPath);
  const shape = kvShape(facts);
  expect(isShapeExact(facts)).toBe(true);
  const real = await allocated(modelPath, config, contextSize);
  const told = partsOf(shape).map((part) => contextBytes(part, config, contextSize) / 2 ** 20);
  expect(real.kv).toHaveLength(told.length);
  const off = told.sort(ascending).map((mebibytes, index) => Math.abs(mebibytes - (real.kv[index] ?? 0)));
  expect(Math.max(0, ...off)).toBeLessThanOrEqual(0.005);
  const states = real.states.reduce((sum, size) => sum + size, 0);
  expect(Math.abs((shape.stateBytes ?? 0) / 2 ** 20 - states)).toBeLessThanOrEqual(0.005);
}

const plain = { swaFull: false, batchSize: 512 };
const pairs = [...kvTypes.map((type) => ({ typeK: type, typeV: type })), { typeK: "q8_0", typeV: "q4_0" } as const];
const sliding = [
  { typeK: "f16", typeV: "f16", swaFull: true, batchSize: 512 },
  { typeK: "f16", typeV: "f16", swaFull: false, batchSize: 100 },
] as const;

describe.each([
  { name: "smollm2", path: smollm2Path, cases: pairs.map((pair) => ({ ...pair, ...plain })) },
  { name: "gemma3-270m", path: gemma3Path, cases: [...pairs.map((pair) => ({ ...pair, ...plain })), ...sliding] },
])("$name", ({ path, cases }) => {
  test.each(cases)("$typeK/$typeV, whole: $swaFull, batches of $batchSize", async (config) => {
    await expectAllocated(await path(), config, 2048);
  });
});

test.each(Object.entries(tinyModels))("%s", async (_, content) => {
  const path = join(tempFolder(), "tiny.gguf");
  writeFileSync(path, ggufBytes(content));
  // Past the window that some have in llama.cpp's source, 4,096 tokens.
  await expectAllocated(path, { typeK: "f16", typeV: "f16", ...plain }, 8192);
});
