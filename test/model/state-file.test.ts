// The state files that llama.cpp writes, of both kinds of attention: taken apart, put together again byte for byte, and refused
// wherever they are cut.
import { readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bytesPerToken } from "../../src/cache/budget.ts";
import { rowParts, tokenBytes } from "../../src/cache/row-layout.ts";
import { openStateFile } from "../../src/cache/state-file.ts";
import { StateFileError } from "../../src/cache/state-format.ts";
import type { KvType } from "../../src/cache/types.ts";
import { checkChatModel } from "../../src/session/models/check-chat-model.ts";
import { kvShape } from "../../src/session/models/kv-shape.ts";
import { evaluate, openTestEngine } from "../helpers/conversation.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { savedState, storyTokens } from "../helpers/saved-state.ts";

const types: [KvType, KvType][] = [
  ["f16", "f16"],
  ["q8_0", "q8_0"],
  ["q4_0", "q4_0"],
  ["q8_0", "q4_0"],
];
const models: [string, () => Promise<string>, caches: number][] = [
  ["smollm2", smollm2Path, 1],
  ["gemma3-270m", gemma3Path, 2],
];
const cases = models.flatMap(([name, path, caches]) =>
  types.map(([typeK, typeV]) => ({ name, path, caches, typeK, typeV })),
);

test.each(cases)("$name, $typeK/$typeV", async ({ path, caches, typeK, typeV }) => {
  const modelPath = await path();
  await using engine = await openTestEngine(modelPath, { cacheTypeK: typeK, cacheTypeV: typeV });
  const tokens = storyTokens(engine, 40);
  await evaluate(engine, tokens);
  const saved = await savedState();
  const live = join(saved.folder, "live.state");
  await saved.save(engine, { fingerprint: {}, tokens });
  const bytes = readFileSync(live);

  const ends: number[] = [];
  {
    await using state = await openStateFile(live);
    const { base, sliding } = state.contents;
    expect([...state.contents.tokens]).toEqual(tokens);
    const sections = [base, ...(sliding ? [sliding] : [])];
    expect(sections.length).toBe(caches);
    const shape = kvShape(await checkChatModel(modelPath));
    const perToken = sections.reduce((sum, { layout }) => sum + tokenBytes(layout), 0);
    expect(perToken).toBe(bytesPerToken(shape, { typeK, typeV, batchSize: 512, swaFull: false }));
    for (const { layout, rowsAt, cells } of sections) {
      expect(layout).toMatchObject({ typeK, typeV });
      for (const [index, { rowBytes }] of rowParts(layout).entries()) {
        const at = rowsAt[index] as number;
        ends.push(at - 12, at - 8, at, at + rowBytes, at + rowBytes * cells.length);
      }
    }
  }

  await saved.restore(engine, { fingerprint: {}, tokens });
  expect(readFileSync(join(saved.folder, "composed.state")).equals(bytes)).toBe(true);

  const wholeBase = caches === 2 ? await endOfBase(live) : bytes.length;
  const cuts = [0, 3, 4, 8, 12, 12 + 4 * 40, ...ends, bytes.length - 1].filter((end) => end < bytes.length);
  for (const end of [...new Set(cuts)].sort((a, b) => b - a)) {
    truncateSync(live, end);
    expect(statSync(live).size).toBe(end);
    if (end === wholeBase) continue;
    await expect(openStateFile(live), `cut at ${end}`).rejects.toThrow(StateFileError);
  }
});

/** Where the first cache ends: behind the V rows of its last layer. */
async function endOfBase(path: string): Promise<number> {
  await using state = await openStateFile(path);
  const { base } = state.contents;
  const last = base.layout.layers.at(-1);
  return (base.rowsAt.at(-1) as number) + (last?.v ?? 0) * base.cells.length;
}

describe("the engine", () => {
  test("refuses a state that is not of its tokens, and is empty after a load that failed", async () => {
    await using engine = await openTestEngine(await smollm2Path(), { ctxSize: 256 });
    const { folder } = await savedState();
    const tokens = storyTokens(engine, 40);
    await evaluate(engine, tokens);
    await expect(engine.saveState(join(folder, "x"), tokens.slice(1))).rejects.toThrow(
      "39 tokens given, 40 in the cache",
    );
    await expect(engine.saveState(join(folder, "none", "x"), tokens)).rejects.toThrow();
    await expect(engine.loadState(join(folder, "none"))).rejects.toThrow();
    expect(engine.length).toBe(0);
  });
});
