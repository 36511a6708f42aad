// Chats that outgrow a context of 512 tokens: no error, no second reading, and a cache that is worth as much as a fresh one.
import { describe, expect, test } from "vitest";
import type { Conversation } from "../../src/session/conversation-api.ts";
import { KvchatError } from "../../src/session/errors.ts";
import type { KvType, WindowPolicyName } from "../../src/session/settings.ts";
import { ofType, openChat, type SeenTurn, take } from "../helpers/conversation.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";

const systemPrompt = "You are Captain Vega, who answers in short sentences.";
const question = (turn: number) => `Turn ${turn}: tell me one thing about the number ${turn * 7} and the colour blue.`;

function expectSound(chat: Conversation, { done, events }: SeenTurn) {
  const { prompt, reused, evaluated, evicted } = done.tokens;
  expect(prompt).toBe(reused + evaluated);
  expect(evaluated).toBeGreaterThan(0);
  const { used, contextSize, system } = chat.usage();
  expect(used).toBeLessThanOrEqual(contextSize);
  expect(system).toBeGreaterThan(0);
  const reported = ofType(events, "evicted").reduce((sum, event) => sum + event.tokens, 0);
  expect(reported).toBe(evicted);
  return done.tokens;
}

const policies: WindowPolicyName[] = ["turns", "sinks", "shift"];

interface Case {
  readonly window: WindowPolicyName;
  readonly typeK: KvType;
  readonly typeV: KvType;
}

/** Policies know nothing of types, and caches nothing of policies: each is met, not each pair. */
const onPlain: Case[] = [
  { window: "turns", typeK: "f16", typeV: "f16" },
  { window: "turns", typeK: "q8_0", typeV: "q8_0" },
  { window: "turns", typeK: "q8_0", typeV: "q4_0" },
  { window: "sinks", typeK: "q4_0", typeV: "q4_0" },
  { window: "shift", typeK: "f16", typeV: "f16" },
];
const onSliding: Case[] = [
  { window: "turns", typeK: "q4_0", typeV: "q4_0" },
  { window: "sinks", typeK: "f16", typeV: "f16" },
  { window: "shift", typeK: "q8_0", typeV: "q4_0" },
];

describe("dozens of turns in 512 tokens", () => {
  test.each(onPlain)(
    "smollm2, $window, $typeK/$typeV: only the new turn is evaluated",
    async ({ window, typeK, typeV }) => {
      const kv = { cacheTypeK: typeK, cacheTypeV: typeV };
      await using chat = await openChat(await smollm2Path(), { ...kv, window, systemPrompt, nPredict: 8, temp: 0.8 });
      let evicted = 0;
      const head = { tokens: 0 };
      for (let turn = 1; turn <= 20; turn++) {
        const seen = await take(chat.send(question(turn)));
        const tokens = expectSound(chat, seen);
        evicted += tokens.evicted;
        if (turn === 1) head.tokens = chat.usage().system;
        else expect(tokens.evaluated).toBeLessThan(48);
        expect(chat.usage().system).toBe(head.tokens);
      }
      expect(evicted).toBeGreaterThan(256);
      expect(chat.usage().evicted).toBe(evicted);
      expect(chat.messages.some((message) => message.evicted)).toBe(true);
    },
  );

  test.each(onSliding)("gemma3-270m, $window, $typeK/$typeV", async ({ window, typeK, typeV }) => {
    const kv = { cacheTypeK: typeK, cacheTypeV: typeV };
    await using chat = await openChat(await gemma3Path(), { ...kv, window, systemPrompt, nPredict: 8, temp: 0.8 });
    let evicted = 0;
    for (let turn = 1; turn <= 20; turn++) evicted += expectSound(chat, await take(chat.send(question(turn)))).evicted;
    expect(evicted).toBeGreaterThan(200);
  });

  test("gemma3-270m past its window of 512: evictions are rare and big", async () => {
    await using chat = await openChat(await gemma3Path(), {
      ctxSize: 768,
      batchSize: 128,
      systemPrompt,
      nPredict: 8,
      temp: 0.8,
    });
    const evictions: number[] = [];
    for (let turn = 1; turn <= 40; turn++) {
      const { evicted, evaluated } = expectSound(chat, await take(chat.send(question(turn))));
      if (evicted > 0) evictions.push(evicted);
      else expect(evaluated).toBeLessThan(48);
    }
    expect(evictions.length).toBeGreaterThan(1);
    for (const tokens of evictions) expect(tokens).toBeGreaterThan(200);
  });
});

describe("one answer longer than the context", () => {
  const models: [string, () => Promise<string>][] = [
    ["smollm2", smollm2Path],
    ["gemma3-270m", gemma3Path],
  ];
  test.each(
    models.flatMap(([name, path]) => policies.map((window) => ({ name, path, window }))).filter((_, i) => i < 4),
  )("$name, $window", async ({ path, window }) => {
    const settings = { window, systemPrompt, nPredict: 600, temp: 1.5, topK: 20, topP: 1, minP: 0 };
    await using chat = await openChat(await path(), settings);
    let seen = await take(chat.send("Tell me a very long story about the sea, in many chapters."));
    // Some seeds end the story early.
    for (let seed = 2; seed < 12 && seen.done.stopReason === "stop"; seed++) seen = await take(chat.regenerate());
    expect(seen.done).toMatchObject({ stopReason: "length", tokens: { generated: 600 } });
    expect(expectSound(chat, seen).evicted).toBeGreaterThan(0);
    expectSound(chat, await take(chat.send("Go on.")));
  });
});

describe("what does not fit", () => {
  test("--window stop ends the answer where the context ends, and refuses the next turn with exit code 4", async () => {
    await using chat = await openChat(await smollm2Path(), {
      ctxSize: 256,
      window: "stop",
      nPredict: -1,
      temp: 1.5,
      topK: 0,
      topP: 1,
      minP: 0,
    });
    const { done } = await take(chat.send("Tell me a very long story."));
    expect(done.stopReason).toBe("context");
    expect(chat.usage().used).toBe(256);
    const before = chat.messages;
    await expect(take(chat.send("Go on."))).rejects.toMatchObject({ name: "KvchatError", exitCode: 4 });
    expect(chat.messages).toEqual(before);
  });

  test.each(policies)("a prompt longer than the context is refused before any work, %s", async (window) => {
    await using chat = await openChat(await smollm2Path(), { window, systemPrompt });
    await take(chat.send("Hello."));
    const before = chat.usage();
    const events: string[] = [];
    const play = async () => {
      for await (const event of chat.send("word ".repeat(600))) events.push(event.type);
    };
    const error = await play().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KvchatError);
    expect(error).toMatchObject({ exitCode: 4, message: expect.stringMatching(/\b6\d\d tokens.*\b512\b/) });
    expect(events).toEqual([]);
    expect(chat.usage()).toEqual(before);
    expect((await take(chat.send("And now?"))).done.tokens.generated).toBeGreaterThan(0);
  });
});
