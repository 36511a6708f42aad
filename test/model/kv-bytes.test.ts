// What `kvchat inspect` tells of a cache before anything is loaded is what llama.cpp then says that it allocated.
import { describe, expect, test } from "vitest";
import { contextBytes, type KvShape } from "../../src/cache/budget.ts";
import { kvTypes } from "../../src/cache/types.ts";
import { readModelFile } from "../../src/session/models/check-chat-model.ts";
import { kvShape } from "../../src/session/models/kv-shape.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { runCli } from "../helpers/run-cli.ts";

const contextSize = 2048;

/** MiB of the buffers that llama.cpp names while it opens a context, the smallest first; it tells two decimals. */
async function allocated(modelPath: string, flags: readonly string[]): Promise<number[]> {
  const words = ["-p", "Hi", "-n", "1", "-t", "1", "-c", String(contextSize), "--gpu", "off", "--no-save", "--verbose"];
  const { stderr } = await runCli(["run", "-m", modelPath, ...words, ...flags]);
  return Array.from(stderr.matchAll(/KV buffer size = +([\d.]+) MiB/g), (match) => Number(match[1])).sort(ascending);
}

const ascending = (a: number, b: number) => a - b;

/** One buffer holds the layers that see everything, one those that slide. */
function partsOf(shape: KvShape): KvShape[] {
  return [false, true]
    .map((sliding) => ({ ...shape, layers: shape.layers.filter((layer) => layer.sliding === sliding) }))
    .filter(({ layers }) => layers.length > 0);
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
    const modelPath = await path();
    const { typeK, typeV, swaFull, batchSize } = config;
    const parts = partsOf(kvShape((await readModelFile(modelPath)).facts));
    const told = parts.map((part) => contextBytes(part, config, contextSize) / 2 ** 20).sort(ascending);
    const flags = ["--kv", `${typeK}/${typeV}`, "-b", String(batchSize), ...(swaFull ? ["--swa-full"] : [])];
    const real = await allocated(modelPath, flags);
    expect(real).toHaveLength(told.length);
    expect(Math.max(...told.map((mebibytes, index) => Math.abs(mebibytes - (real[index] ?? 0))))).toBeLessThanOrEqual(
      0.005,
    );
  });
});
