// A chat on a real model goes on in a conversation with other settings: its words, its branches, its sampling, and what of its cache
// is still of use; and as it was where that conversation cannot be opened.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { blockEnd, blockTokens } from "../../../src/cache/block-key.ts";
import { createChatStore } from "../../../src/cli/chat/chat-store.ts";
import { createOpenChat } from "../../../src/cli/chat/open-chat.ts";
import { initialChat } from "../../../src/cli/chat/state.ts";
import { createTurns } from "../../../src/cli/chat/turns.ts";
import { Recorder } from "../../../src/session/recorder.ts";
import { take, testSettings } from "../../helpers/conversation.ts";
import { gemma3Path, smollm2Path } from "../../helpers/models.ts";
import { openStore } from "../../helpers/store.ts";
import { facts } from "../../helpers/store-facts.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const story = Array.from({ length: 20 }, (_, day) => `On day ${day} the ship met ${day * 3 + 1} whales. `).join("");

async function openChat({ isKept }: { isKept: boolean }) {
  const folder = tempFolder();
  const store = openStore(join(folder, "data"));
  const recorder = isKept ? new Recorder({ store, begin: { ...facts, name: "chat" } }) : undefined;
  const settings = testSettings(await smollm2Path(), { ctxSize: 1024, nPredict: 8 });
  const persistence = { recorder, session: undefined, cacheDir: join(folder, "cache"), engine: "test" };
  const chat = createChatStore(initialChat({ columns: 80, rows: 24 }, "m"), () => {});
  const turns = createTurns(chat, createOpenChat(settings, persistence));
  onTestFinished(async () => {
    turns.finish();
    await turns.close();
  });
  await turns.open();
  const now = () => turns.conversation as NonNullable<typeof turns.conversation>;
  const say = async (text: string) => (await take(now().send(text))).done;
  return { turns, now, say, store, status: () => chat.getState().status };
}

test.each([true, false])("kept: %s", async (isKept) => {
  const { turns, now, say, store, status } = await openChat({ isKept });
  const first = await say(story);
  await say("How many on day 3?");
  now().setSampling({ topK: 7 });
  now().answerLimit = 4;
  now().setWindow("sinks");
  now().setSystemPrompt("Be brief.");
  now().undo();
  const messages = now().messages;

  const other = await turns.reopen({ cacheTypeK: "q8_0", cacheTypeV: "q4_0" });
  expect(now()).toBe(other);
  expect(other.messages).toEqual(messages);
  expect(other.branches).toMatchObject([{ turn: 2, role: "user", current: undefined }]);
  expect(other).toMatchObject({ systemPrompt: "Be brief.", sampling: { topK: 7, temperature: 0 }, answerLimit: 4 });
  expect(other.usage()).toMatchObject({ kv: { typeK: "q8_0", typeV: "q4_0" }, windowPolicy: "sinks", used: 0 });
  expect(status().loading).toBeUndefined();
  expect(status().cache?.used).toBe(0);
  const third = await say("And on day 5?");
  expect(third.tokens).toMatchObject({ reused: 0, generated: 4 });
  expect(third.tokens.evaluated).toBeGreaterThan(first.tokens.prompt);
  expect(now().messages.slice(0, 2)).toEqual(messages);

  await turns.reopen({ cacheTypeK: "f16", cacheTypeV: "f16" });
  expect(now().usage().kv).toMatchObject({ typeK: "f16" });
  if (!isKept) return;
  const { settings } = store.find("chat");
  expect(settings).toMatchObject({ cacheTypeK: "f16", window: "sinks", topK: 7 });
  expect(store.load(store.find("chat").id).messages).toHaveLength(4);
});

test("blocks that were kept of a type are there again when it comes back", async () => {
  const { turns, say } = await openChat({ isKept: true });
  await say(story);
  await turns.reopen({ cacheTypeK: "q8_0", cacheTypeV: "q8_0" });
  await say("And on day 5?");
  const { resumption } = await turns.reopen({ cacheTypeK: "f16", cacheTypeV: "f16" });
  const reused = resumption?.reused ?? 0;
  expect([reused > 200, reused % blockTokens]).toEqual([true, 0]);
  expect((await say("Why?")).tokens.reused).toBeGreaterThanOrEqual(blockEnd(reused));
});

test("a conversation that cannot be opened leaves the chat as it was", async () => {
  const { turns, now, say, status } = await openChat({ isKept: true });
  const first = await say(story);
  const before = now();
  await expect(turns.reopen({ ctxSize: 100_000_000 })).rejects.toMatchObject({ name: "KvchatError", exitCode: 4 });
  expect(now()).not.toBe(before);
  expect(now().messages).toEqual(before.messages);
  expect(now().usage()).toMatchObject({ contextSize: 1024, kv: { typeK: "f16" } });
  expect(status().loading).toBeUndefined();
  expect((await say("And on day 5?")).tokens.reused).toBeGreaterThanOrEqual(first.tokens.prompt);
});

test("another model, which answers what was said before, and back", async () => {
  const { turns, now, say, store } = await openChat({ isKept: true });
  const first = await say(story);
  const messages = now().messages;
  await turns.reopen({ modelPath: await gemma3Path(), modelName: "gemma3-270m" });
  expect(now()).toMatchObject({ model: "gemma3-270m", messages });
  expect((await say("And on day 5?")).tokens).toMatchObject({ reused: 0 });
  expect(store.find("chat").model).toBe("gemma3-270m");
  now().undo();
  await turns.reopen({ modelPath: await smollm2Path(), modelName: "smollm2" });
  const { tokens } = await say("And on day 5?");
  expect(tokens.prompt).toBeGreaterThan(first.tokens.prompt);
  expect(now().messages).toHaveLength(4);
});

test("another session with its own types, its own words, and its cache; and back", async () => {
  const { turns, now, say, store } = await openChat({ isKept: true });
  await say(story);
  await now().sessions?.fork("other");
  await turns.reopen({ cacheTypeK: "q8_0", cacheTypeV: "q4_0" });
  const last = await say("And on day 5?");
  for (const [name, typeK, messages, reused] of [
    ["chat", "f16", 2, 200],
    ["other", "q8_0", 4, last.tokens.prompt],
  ] as const) {
    const sessions = now().sessions as NonNullable<ReturnType<typeof now>["sessions"]>;
    const before = now().session;
    const { settings = {} } = sessions.needsOf(name) ?? {};
    await turns.reopen(settings, sessions.take(name));
    expect(now()).toMatchObject({ session: name, resumption: { again: 0 } });
    expect(now().messages).toHaveLength(messages);
    expect(now().usage().kv.typeK).toBe(typeK);
    expect(now().resumption?.reused).toBeGreaterThan(reused - 1);
    store.acquire(store.find(before ?? "").id)[Symbol.dispose]();
  }
});

test("another session that cannot be opened is let go, and the chat goes on", async () => {
  const { turns, now, store } = await openChat({ isKept: true });
  const { id } = store.create({ ...facts, name: "other" });
  const taken = now().sessions?.take("other");
  await expect(turns.reopen({ ctxSize: 100_000_000 }, taken)).rejects.toMatchObject({ exitCode: 4 });
  expect(now().session).toBe("chat");
  store.acquire(id)[Symbol.dispose]();
});
