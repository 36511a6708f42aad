// A chat that is kept, left and resumed in any way says the very tokens of one that never stopped, and reads nothing twice.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { blockEnd, blockTokens } from "../../src/cache/block-key.ts";
import { smallestBatch } from "../../src/session/engine/next-batch.ts";
import type { ConversationEvent, TurnResult } from "../../src/session/events.ts";
import type { KvType, WindowPolicyName } from "../../src/session/settings.ts";
import { take } from "../helpers/conversation.ts";
import { forkSession, type KeptChatOptions, openKeptChat } from "../helpers/kept-chat.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const story = (days: number) =>
  Array.from({ length: days }, (_, day) => `On day ${day} the ship met ${day * 3 + 1} whales near isle ${day}. `).join(
    "",
  );
const questions = [
  "How many whales were there?",
  "And on day 3?",
  "Which isle was the last?",
  "Name a colour.",
  "Why?",
];

/** Says the turns in one process. */
async function say(options: KeptChatOptions, turns: readonly string[]): Promise<TurnResult[]> {
  await using chat = await openKeptChat(options);
  const results: TurnResult[] = [];
  for (const turn of turns) results.push((await take(chat.send(turn))).done);
  return results;
}

/** Says each turn in a process of its own. */
async function sayApart(options: (turn: number) => KeptChatOptions, turns: readonly string[]): Promise<TurnResult[]> {
  const results: TurnResult[] = [];
  for (const [index, turn] of turns.entries()) results.push(...(await say(options(index), [turn])));
  return results;
}

const texts = (results: readonly TurnResult[]) => results.map(({ text }) => text);
const evaluated = (results: readonly TurnResult[]) => results.map(({ tokens }) => tokens.evaluated);
const evicted = (results: readonly TurnResult[]) => results.reduce((sum, { tokens }) => sum + tokens.evicted, 0);

interface Case {
  readonly typeK: KvType;
  readonly typeV: KvType;
}

const types: Case[] = [
  { typeK: "f16", typeV: "f16" },
  { typeK: "q8_0", typeV: "q8_0" },
  { typeK: "q4_0", typeV: "q4_0" },
  { typeK: "q8_0", typeV: "q4_0" },
];

describe.each(types)("smollm2, $typeK/$typeV", ({ typeK, typeV }) => {
  const turns = [story(10), ...questions.slice(0, 3)];

  test("resumed after every turn in contexts of other sizes, forked, and on blocks of another session", async () => {
    const settings = { cacheTypeK: typeK, cacheTypeV: typeV, nPredict: 16, ctxSize: 1024 };
    const unbroken = { folder: tempFolder(), name: "unbroken", modelPath: await smollm2Path(), settings };
    const expected = await say(unbroken, turns);
    expect(expected.at(-1)?.tokens.prompt).toBeGreaterThan(256);

    const apart = { ...unbroken, folder: tempFolder() };
    const sizes = [1024, 768, 2048];
    const resumed = await sayApart(
      (turn) => ({ ...apart, settings: { ...settings, ctxSize: sizes[turn % sizes.length] as number } }),
      turns,
    );
    expect(texts(resumed)).toEqual(texts(expected));
    expect(evaluated(resumed)).toEqual(evaluated(expected));

    forkSession(unbroken, "fork", 2);
    const forked = await say({ ...unbroken, name: "fork" }, turns.slice(2));
    expect(texts(forked)).toEqual(texts(expected.slice(2)));

    const again = await say({ ...unbroken, name: "again" }, turns.slice(0, 1));
    expect(texts(again)).toEqual(texts(expected.slice(0, 1)));
    expect(again[0]?.tokens.reused).toBe(blockEnd((again[0]?.tokens.prompt ?? 0) - smallestBatch));
  });
});

const windows: (Case & { window: WindowPolicyName; flashAttention: "on" | "off" })[] = [
  { window: "turns", typeK: "f16", typeV: "f16", flashAttention: "on" },
  { window: "sinks", typeK: "f16", typeV: "f16", flashAttention: "off" },
  { window: "sinks", typeK: "q8_0", typeV: "q8_0", flashAttention: "on" },
  { window: "shift", typeK: "q8_0", typeV: "q4_0", flashAttention: "on" },
];

test.each(windows)(
  "smollm2, evicted by $window, $typeK/$typeV, flash attention $flashAttention: as one that never stopped",
  async ({ typeK, typeV, ...rest }) => {
    const settings = { cacheTypeK: typeK, cacheTypeV: typeV, nPredict: 16, ctxSize: 256, ...rest };
    const options = { folder: tempFolder(), name: "chat", modelPath: await smollm2Path(), settings };
    const turns = [story(8), ...questions];
    const expected = await say(options, turns);
    const apart = { ...options, folder: tempFolder() };
    const resumed = await sayApart(() => apart, turns);
    expect(evicted(expected)).toBeGreaterThan(0);
    expect(texts(resumed)).toEqual(texts(expected));
    expect(evaluated(resumed)).toEqual(evaluated(expected));
  },
);

test("gemma3-270m past its window: resumed, forked, and asked anew, as one that never stopped", async () => {
  const settings = { cacheTypeK: "q8_0", cacheTypeV: "q8_0", nPredict: 16, ctxSize: 2048 } as const;
  const unbroken = { folder: tempFolder(), name: "unbroken", modelPath: await gemma3Path(), settings };
  const turns = [story(40), ...questions];
  const expected = await say(unbroken, turns);
  expect(expected[0]?.tokens.prompt).toBeGreaterThan(600);

  forkSession(unbroken, "fork", 2);
  const forked = await sayApart(() => ({ ...unbroken, name: "fork" }), turns.slice(2));
  expect(texts(forked)).toEqual(texts(expected.slice(2)));
  expect(evaluated(forked)).toEqual(evaluated(expected.slice(2)));

  await using chat = await openKeptChat({ ...unbroken, name: "fork" });
  const before = (await take(chat.regenerate())).done;
  expect(before.text).toBe(expected.at(-1)?.text);
  expect(before.tokens.evaluated).toBe(expected.at(-1)?.tokens.evaluated);
});

test("gemma3-270m: a second chat with the same system prompt reads its own question, and says what it would without", async () => {
  const settings = { nPredict: 16, ctxSize: 2048, systemPrompt: story(40) };
  const first = { folder: tempFolder(), name: "first", modelPath: await gemma3Path(), settings };
  const [one = "", other = ""] = questions;
  await say(first, [one]);
  const [second] = await say({ ...first, name: "second" }, [other]);
  const [alone] = await say({ ...first, folder: tempFolder() }, [other]);
  expect(second?.text).toBe(alone?.text);
  expect(second?.tokens.reused).toBeGreaterThan(600);
  expect(second?.tokens.evaluated).toBeLessThan(blockTokens + 40);
});

test("a cache that vanishes beside a running chat is read again, and kept again", async () => {
  const folder = tempFolder();
  const settings = { nPredict: 16, ctxSize: 1024 };
  const options = { folder, name: "chat", modelPath: await smollm2Path(), settings };
  const turns = [story(8), ...questions.slice(0, 3)];
  const expected = await say({ ...options, folder: tempFolder() }, turns);
  const problems: (string | null)[] = [];
  const onEvent = (event: ConversationEvent) => event.type === "saved" && problems.push(event.problem);
  const said = await say(options, turns.slice(0, 1));
  {
    await using chat = await openKeptChat({ ...options, onEvent });
    rmSync(join(folder, "cache"), { recursive: true });
    said.push((await take(chat.send(turns[1] as string))).done);
  }
  expect(problems).toEqual([null]);
  rmSync(join(folder, "cache"), { recursive: true });
  writeFileSync(join(folder, "cache"), "in the way");
  said.push(...(await say({ ...options, onEvent }, turns.slice(2))));
  expect(problems).toEqual([null, "The KV cache is not kept: its folder cannot be used."]);
  expect(texts(said)).toEqual(texts(expected));
  expect(said[2]?.tokens).toMatchObject({ reused: 0 });
});
