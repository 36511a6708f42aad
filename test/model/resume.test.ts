// A cache that went to disk and came back is as good as one that never left: the same greedy tokens follow.
import { describe, expect, test } from "vitest";
import { blockEnd } from "../../src/cache/block-key.ts";
import { type Eviction, lineageAfterEviction } from "../../src/cache/lineage.ts";
import type { KvType } from "../../src/cache/types.ts";
import { evaluate, openTestEngine } from "../helpers/conversation.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { goOn, greedyNext, savedState, storyTokens } from "../helpers/saved-state.ts";

const count = 64;
const plainTypes: [KvType, KvType][] = [
  ["f16", "f16"],
  ["q8_0", "q8_0"],
  ["q4_0", "q4_0"],
  ["q8_0", "q4_0"],
];
const slidingTypes: [KvType, KvType][] = [
  ["f16", "f16"],
  ["q8_0", "q4_0"],
];

describe.each(plainTypes)("smollm2, %s/%s", (cacheTypeK, cacheTypeV) => {
  const settings = { cacheTypeK, cacheTypeV, ctxSize: 1024 };
  const fingerprint = { model: "smollm2", k: cacheTypeK, v: cacheTypeV };

  test("restored in another context, whole and at a block's end, it goes on as the engine that never stopped", async () => {
    const saved = await savedState();
    await using engine = await openTestEngine(await smollm2Path(), settings);
    const chain = { fingerprint, tokens: storyTokens(engine, 600) };
    await evaluate(engine, chain.tokens);
    const next = await greedyNext(engine);
    const stored = await saved.save(engine, chain);
    expect(stored).toMatchObject({ blocks: 18, inOrder: true });
    const unbroken = await goOn(engine, next, count);
    engine.truncate(512);
    const unbrokenCut = await goOn(engine, next, count / 4);

    await using other = await openTestEngine(await smollm2Path(), { ...settings, ctxSize: 768 });
    expect(await saved.restore(other, chain)).toMatchObject({ tokens: 600, reason: undefined });
    expect(other.length).toBe(600);
    expect(await goOn(other, next, count)).toEqual(unbroken);
    expect(await saved.restore(other, { fingerprint, tokens: chain.tokens.slice(0, 512) })).toMatchObject({
      tokens: 512,
    });
    expect(await goOn(other, next, count / 4)).toEqual(unbrokenCut);
  });

  test("after evictions, the live engine and a restored one go on from the same composed state", async () => {
    const saved = await savedState();
    await using engine = await openTestEngine(await smollm2Path(), settings);
    const tokens = storyTokens(engine, 500);
    await evaluate(engine, tokens.slice(0, 450));
    const evict = (eviction: Eviction) => engine.eraseAndShift(eviction.start, eviction.start + eviction.tokens.length);
    const first = { start: 40, tokens: tokens.slice(40, 190), length: 450 };
    evict(first);
    const kept = [...tokens.slice(0, 40), ...tokens.slice(190, 450)];
    await expect(engine.saveState(`${saved.folder}/pending.state`, kept)).rejects.toThrow("evaluate a token");
    const added = tokens.slice(450, 500);
    await evaluate(engine, added);
    const next = await greedyNext(engine);

    const chain = { fingerprint, tokens: [...kept, ...added], lineage: lineageAfterEviction(undefined, first) };
    expect(await saved.save(engine, chain)).toMatchObject({ blocks: 10, inOrder: false });
    expect((await saved.restore(engine, { ...chain, lineage: undefined })).tokens).toBe(blockEnd(first.start));
    expect(await saved.restore(engine, chain)).toMatchObject({ tokens: 350, reason: undefined });
    await using other = await openTestEngine(await smollm2Path(), settings);
    await saved.restore(other, chain);
    const goneOn = await goOn(engine, next, count);
    expect(await goOn(other, next, count)).toEqual(goneOn);

    const again = { fingerprint, lineage: chain.lineage, tokens: [...chain.tokens, ...goneOn.slice(0, -1)] };
    expect(await saved.save(engine, again)).toMatchObject({ inOrder: true });
  });
});

describe.each(slidingTypes)("gemma3-270m, %s/%s", (cacheTypeK, cacheTypeV) => {
  const settings = { cacheTypeK, cacheTypeV, ctxSize: 2048 };
  const fingerprint = { model: "gemma3", k: cacheTypeK, v: cacheTypeV };

  test("past its window: exact at the lengths that were stored, and no other is offered", async () => {
    const saved = await savedState();
    await using engine = await openTestEngine(await gemma3Path(), settings);
    const tokens = storyTokens(engine, 1100);
    const firstTokens = (length: number) => ({ fingerprint, tokens: tokens.slice(0, length) });
    const [early, late] = [firstTokens(768), firstTokens(1100)];
    await evaluate(engine, early.tokens);
    const next = await greedyNext(engine);
    expect(await saved.save(engine, early)).toMatchObject({ blocks: 24, inOrder: true });
    const unbroken = await goOn(engine, next, count / 4);
    expect(engine.truncate(768)).toBe(true);
    await evaluate(engine, tokens.slice(768));
    expect(await saved.save(engine, late)).toMatchObject({ blocks: 10, inOrder: false });
    expect(await saved.restore(engine, late)).toMatchObject({ tokens: 1100, reason: undefined });

    await using other = await openTestEngine(await gemma3Path(), settings);
    await saved.restore(other, late);
    expect(other.firstCachedPosition()).toBe(1100 - 512);
    expect(await goOn(other, next, count)).toEqual(await goOn(engine, next, count));

    expect(await saved.restore(other, firstTokens(1000))).toMatchObject({
      tokens: 768,
      reason: "no window is stored behind position 768",
    });
    expect(await goOn(other, next, count / 4)).toEqual(unbroken);
  });
});
