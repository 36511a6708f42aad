// The account of a real cache: its parts against what was generated and allocated, blocks that forks share, and what a resumed
// chat still knows of it.
import { describe, expect, test } from "vitest";
import type { CacheReport } from "../../src/session/cache-report.ts";
import { openChat, take } from "../helpers/conversation.ts";
import { forkSession, openKeptChat } from "../helpers/kept-chat.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const long = "The ship met a whale near an isle, and sailed on to the next one. ".repeat(18);
const sum = (parts: CacheReport["parts"], field: "tokens" | "bytes") =>
  parts.reduce((total, part) => total + part[field], 0);

describe.each([
  ["smollm2", smollm2Path],
  ["gemma3-270m", gemma3Path],
])("%s", (_name, path) => {
  test("parts are what was said, and sum to what is held", async () => {
    await using chat = await openChat(await path(), { nPredict: 12, ctxSize: 1024, systemPrompt: "Be brief." });
    const first = await take(chat.send("Name a colour."));
    const second = await take(chat.send("Name a fish."));
    const { parts, reuse } = await chat.cacheReport();
    const usage = chat.usage();
    expect(parts.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "system: Be brief.",
      "user: Name a colour.",
      `assistant: ${first.done.text}`,
      "user: Name a fish.",
      `assistant: ${second.done.text}`,
    ]);
    expect(sum(parts, "tokens")).toBe(usage.used);
    expect(sum(parts, "bytes")).toBe(usage.usedBytes);
    expect(reuse).toMatchObject({ reused: second.done.tokens.reused, again: 0 });
    // The last token of an answer at its limit was chosen, and never read.
    const generated = first.done.tokens.generated;
    expect(parts[2]?.tokens).toBe(generated);
    expect([generated - 1, generated]).toContain(parts[4]?.tokens);
  });
});

test("types are those that fit, at the context that is allocated", async () => {
  await using chat = await openChat(await smollm2Path(), { ctxSize: 512, cacheTypeK: "q8_0", cacheTypeV: "q8_0" });
  const { types } = await chat.cacheReport();
  const usage = chat.usage();
  const bytes = Object.fromEntries(types.map((cost) => [cost.type, cost.bytes]));
  expect(bytes).toMatchObject({ f16: 512 * 23_040, q8_0: usage.kv.bytes, q4_0: 512 * 6_480 });
  expect(types.map((cost) => cost.bytes)).toEqual(types.map((cost) => cost.bytes).toSorted((a, b) => b - a));
  await using plain = await openChat(await smollm2Path(), { ctxSize: 512, flashAttention: "off" });
  expect((await plain.cacheReport()).types.map(({ type }) => type)).toEqual(["f32", "f16", "bf16"]);
});

test("a fork shares the blocks before it, and a resumed chat tells what is in its cache", async () => {
  const folder = tempFolder();
  const settings = { nPredict: 8, ctxSize: 1024 };
  const origin = { folder, name: "origin", modelPath: await smollm2Path(), settings };
  {
    await using chat = await openKeptChat(origin);
    await take(chat.send(long));
  }
  forkSession(origin, "copy");
  await using copy = await openKeptChat({ ...origin, name: "copy" });
  const resumed = await copy.cacheReport();
  expect(resumed.shared).toMatchObject({ pieces: 12, shared: 12, sessions: ["origin"] });
  expect(resumed.parts.map(({ kind }) => kind)).toEqual(["system", "user", "assistant"]);
  expect(resumed.reuse).toBeUndefined();
  await take(copy.send("And then?"));
  await copy.sessions?.fork("third");
  const { shared } = await copy.cacheReport();
  expect(shared?.sessions.toSorted()).toEqual(["copy", "origin"]);
  expect(shared?.shared).toBe(shared?.pieces);
});

test("a cache of a branch that was left before the chat was is no account of the one it goes on with", async () => {
  const options = {
    folder: tempFolder(),
    name: "chat",
    modelPath: await smollm2Path(),
    settings: { nPredict: 8, ctxSize: 1024, systemPrompt: "Be brief." },
  };
  const partsAfter = async (branch: number) => {
    {
      await using chat = await openKeptChat(options);
      chat.selectBranch({ turn: 2, role: "user", version: branch });
    }
    await using chat = await openKeptChat(options);
    return (await chat.cacheReport()).parts.map(({ kind, text }) => `${kind}: ${text}`);
  };
  const answers: string[] = [];
  {
    await using chat = await openKeptChat(options);
    answers.push((await take(chat.send(long))).done.text);
    await take(chat.send("Name a colour."));
    answers.push((await take(chat.edit(2, "Name a fish."))).done.text);
  }
  const shared = ["system: Be brief.", `user: ${long}`, `assistant: ${answers[0]}`];
  expect(await partsAfter(1)).toEqual([...shared, "user: Name a fish.", `assistant: ${answers[1]}`]);
  expect(await partsAfter(0)).toEqual([...shared, "gone: "]);
});
