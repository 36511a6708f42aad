// A sliding-window cache forgets: what is left of it after a cut must give the very tokens that a fresh one gives.
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/session/engine/engine.ts";
import { evaluate, greedyTokens, openChat, openTestEngine, take, takeUntil } from "../helpers/conversation.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";

/** Batches below 64 tokens all go one way through llama.cpp's attention: the same sums, whatever the split. */
const batchSize = 48;

const story = Array.from(
  { length: 60 },
  (_, day) => `On day ${day} the ship met ${day * 3 + 1} whales near isle ${day}. `,
);
const longText = story.join("");
const ending = "The captain wrote in the log: today we";

async function freshTokens(engine: Engine, tokens: readonly number[], count: number) {
  engine.clear();
  await evaluate(engine, tokens);
  return greedyTokens(engine, count);
}

describe("gemma3-270m, a window of 512 in a context of 1024", () => {
  test("a cut is exact where it is allowed, and is refused where the window of the next token is gone", async () => {
    await using engine = await openTestEngine(await gemma3Path(), { ctxSize: 1024, batchSize });
    const tokens = engine.tokenize(longText, false).slice(0, 1000);
    const after = engine.tokenize(ending, false);
    expect(tokens.length).toBe(1000);
    expect(engine.facts).toMatchObject({ canShift: false, swaWindow: 512 });
    const cut = async (length: number) => {
      engine.clear();
      await evaluate(engine, tokens);
      const lowest = engine.firstCachedPosition();
      expect(lowest).toBeGreaterThan(0);
      const done = engine.truncate(lowest + length);
      return { lowest, done };
    };
    const { lowest, done } = await cut(512);
    expect(done).toBe(true);
    expect(engine.length).toBe(lowest + 512);
    await evaluate(engine, after);
    const continued = await greedyTokens(engine, 12);
    expect(continued).toEqual(await freshTokens(engine, [...tokens.slice(0, lowest + 512), ...after], 12));
    expect((await cut(500)).done).toBe(false);
    expect(engine.length).toBe(1000);
    expect((await cut(512 - lowest)).done).toBe(lowest === 0);
  });

  test("undo, another answer and a stopped one go on as if nothing had been", async () => {
    const path = await gemma3Path();
    const settings = { ctxSize: 2048, batchSize, nPredict: 10 };
    const [past = "", ...rest] = [longText.slice(0, 2000), ...story.slice(0, 4)];
    const fresh = async (...turns: string[]) => {
      await using chat = await openChat(path, settings);
      let text = "";
      for (const turn of turns) text = (await take(chat.send(turn))).done.text;
      return text;
    };
    await using chat = await openChat(path, settings);
    await take(chat.send(past));
    for (const turn of rest) await take(chat.send(turn));
    chat.undo();
    const undone = await take(chat.send(ending));
    expect(undone.done.tokens.reused).toBeGreaterThan(600);
    expect(undone.done.text).toBe(await fresh(past, ...rest.slice(0, -1), ending));
    const again = await take(chat.regenerate());
    expect(again.done.text).toBe(undone.done.text);
    for (const _ of rest) chat.undo();
    const farBack = await take(chat.send(ending));
    expect(farBack.done.text).toBe(await fresh(past, ending));
    await takeUntil(
      (signal) => chat.send(longText.slice(0, 1200), signal),
      (event) => event.type === "prefill" && event.done >= 96,
    );
    chat.undo();
    await take(chat.send("And then?"));
    expect((await take(chat.regenerate())).done.text).toBe(await fresh(past, ending, "And then?"));
  });

  test("what is left after an eviction is read again, and answers as a chat that begins with it", async () => {
    const settings = { ctxSize: 640, batchSize, nPredict: 8 };
    await using chat = await openChat(await gemma3Path(), settings);
    const said: string[] = [];
    let last = await take(chat.send(story.slice(0, 3).join("")));
    said.push(story.slice(0, 3).join(""));
    for (let turn = 1; last.done.tokens.evicted === 0; turn++) {
      const text = story.slice(turn * 3, turn * 3 + 3).join("");
      last = await take(chat.send(text));
      said.push(text);
    }
    const kept = chat.messages
      .filter((message) => message.role === "user" && !message.evicted)
      .map(({ content }) => content);
    expect(kept.length).toBeLessThan(said.length);
    expect(said.slice(-kept.length)).toEqual(kept);
    expect(last.done.tokens.evaluated).toBe(last.done.tokens.prompt - last.done.tokens.reused);
    expect(chat.usage().used).toBeLessThan(640 / 2 + 64);
  });
});

describe("which caches may be shifted", () => {
  test.each([
    { ctxSize: 512, swaFull: false, canShift: true },
    { ctxSize: 640, swaFull: false, canShift: false },
    { ctxSize: 1024, swaFull: false, canShift: false },
    { ctxSize: 1024, swaFull: true, canShift: false },
  ])("gemma3-270m: %o", async ({ canShift, ...settings }) => {
    await using engine = await openTestEngine(await gemma3Path(), settings);
    expect(engine.facts.canShift).toBe(canShift);
  });

  test("smollm2: any", async () => {
    await using engine = await openTestEngine(await smollm2Path(), { ctxSize: 2048 });
    expect(engine.facts).toMatchObject({ canShift: true, swaWindow: 0 });
  });
});

/** Which token the model would choose at each place of `text`: what stands in the cache decides it. */
async function choices(engine: Engine, text: readonly number[]): Promise<number[]> {
  const chosen: number[] = [];
  engine.startSampling({ temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 0 }, []);
  for (const token of text) {
    chosen.push(await engine.sample());
    await engine.decode(token);
  }
  return chosen;
}

describe("a cache that was shifted", () => {
  test.each([
    ["smollm2", smollm2Path, "f16", 0.85],
    ["smollm2", smollm2Path, "q8_0", 0.8],
    ["smollm2", smollm2Path, "q4_0", 0.65],
    ["gemma3-270m", gemma3Path, "f16", 0.85],
  ] as const)("%s, %s: chooses the tokens that a fresh one chooses", async (_, path, type, least) => {
    await using engine = await openTestEngine(await path(), { cacheTypeK: type, cacheTypeV: type, batchSize });
    const head = engine.bosToken === undefined ? [] : [engine.bosToken];
    const tokens = [...head, ...engine.tokenize(longText, false)].slice(0, 400);
    const following = engine.tokenize(story.slice(30, 34).join(""), false).slice(0, 80);
    const compare = async (start: number, end: number) => {
      engine.clear();
      await evaluate(engine, tokens);
      engine.eraseAndShift(start, end);
      expect(engine.length).toBe(400 - (end - start));
      await evaluate(engine, following.slice(0, 1));
      const shifted = await choices(engine, following.slice(1));
      engine.clear();
      await evaluate(engine, [...tokens.slice(0, start), ...tokens.slice(end), ...following.slice(0, 1)]);
      const fresh = await choices(engine, following.slice(1));
      return shifted.filter((token, i) => token === fresh[i]).length / shifted.length;
    };
    expect(await compare(20, 220)).toBeGreaterThanOrEqual(least);
  });
});
