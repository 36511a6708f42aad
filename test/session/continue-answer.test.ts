// An answer that was stopped or cut off goes on: with the same cache, words and rows in the store as one that never stopped.
import { describe, expect, test } from "vitest";
import type { WindowPolicyName } from "../../src/cache/window/index.ts";
import { Recorder } from "../../src/session/recorder.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { take, takeUntil } from "../helpers/conversation.ts";
import { type FakeChatOptions, type FakeEngineOptions, openFakeChat, renderChatml } from "../helpers/fake-engine.ts";
import { expectWhole } from "../helpers/store.ts";
import { facts } from "../helpers/store-facts.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

/** A question mark, the end mark, a line feed, the start mark, "assistant", a line feed. */
const asked = 14;

/** A question gets a short answer; to all else each letter is followed by the next one, however the answer came so far. */
const alphabet: FakeEngineOptions["answer"] = (cells) => {
  if (cells.at(-asked) === "?".charCodeAt(0)) return "Ok.";
  const last = cells.at(-1) ?? 0;
  const next = last >= 97 && last < 122 ? last + 1 : 97;
  return Array.from({ length: 700 }, (_, index) => String.fromCharCode(97 + ((next - 97 + index) % 26))).join("");
};

function open(options: FakeChatOptions & { folder?: string } = {}) {
  const { folder = tempFolder(), parts, ...rest } = options;
  const store = new SessionStore(folder);
  const [known] = store.list();
  const session = known && store.load(known.id);
  const recorder = new Recorder({
    store,
    session: session?.session,
    begin: { ...facts, name: known ? undefined : "chat" },
  });
  const fake = openFakeChat({ ...rest, parts: { recorder, nPredict: -1, ...parts } });
  return { ...fake, store, folder, session, recorder };
}

const rows = (store: SessionStore) => store.loadTree(store.find("chat").id).messages;

test.each<[WindowPolicyName, boolean]>([
  ["turns", true],
  ["sinks", true],
  ["shift", true],
  ["turns", false],
  ["sinks", false],
])("by %s, cells that can move: %s: cut off and continued is the same as never stopped", async (policy, canShift) => {
  const options = { policy, facts: { canShift }, answer: alphabet };
  // Of all lengths of a prompt, one ends the first piece where the context is full to the last cell.
  for (let length = 0; length < 64; length++) {
    const unbroken = openFakeChat({ ...options, parts: { nPredict: 4 * 64 } });
    const broken = openFakeChat({ ...options, parts: { nPredict: 64 } });
    for (const { chat } of [unbroken, broken]) {
      await take(chat.send("Are you well?"));
      await take(chat.send(`Write${".".repeat(length)}`));
    }
    for (const pieces of [2, 3, 4]) {
      const { done } = await take(broken.chat.continueAnswer());
      expect(done).toMatchObject({ stopReason: "length", tokens: { generated: 64 } });
      expect(done.text).toHaveLength(pieces * 64);
    }
    expect(unbroken.chat.usage().evicted).toBeGreaterThan(0);
    expect(broken.chat.messages).toEqual(unbroken.chat.messages);
    expect(broken.chat.usage()).toEqual(unbroken.chat.usage());
    expect(broken.cached()).toBe(unbroken.cached());
  }
});

describe("an answer that was stopped", () => {
  test("goes on with nothing evaluated again but its last token, which was not evaluated before", async () => {
    const { chat, cached, store, engine } = open({ answer: alphabet });
    const stopped = await takeUntil(
      (signal) => chat.send("Write.", signal),
      (event) => event.type === "token" && event.tokens === 3,
    );
    expect(stopped.done).toMatchObject({ text: "abcd", stopReason: "interrupted" });
    expect(cached().endsWith("assistant\nabc")).toBe(true);
    const before = engine.length;
    const { done, events } = await takeUntil(
      (signal) => chat.continueAnswer(signal),
      (event) => event.type === "token" && event.tokens === 2,
    );
    expect(events[0]).toEqual({ type: "continued", text: "abcd", thinking: "" });
    expect(done).toMatchObject({ text: "abcdefg", tokens: { reused: before, evaluated: 1, generated: 3 } });
    expect(rows(store)).toMatchObject([{ content: "Write." }, { content: "abcdefg", stopReason: "interrupted" }]);
  });

  test("before its first word begins with it", async () => {
    const { chat } = open({ answer: alphabet, parts: { nPredict: 3 } });
    await takeUntil(
      (signal) => chat.send("Write.", signal),
      (event) => event.type === "prefill",
    );
    expect((await take(chat.continueAnswer())).done.text).toBe("abc");
  });

  test("in a thought goes on thinking, and answers then", async () => {
    const template = { source: "<think>", bosText: "", eosText: "" };
    const { chat, engine } = open({ parts: { template, nPredict: 6 } });
    engine.answers.push("<think>Two and", "two.</think>Four.");
    const first = await take(chat.send("2 + 2?"));
    expect(first.done).toMatchObject({ text: "", thinking: "Two a" });
    const { done, events } = await take(chat.continueAnswer());
    expect(events[0]).toEqual({ type: "continued", text: "", thinking: "Two a" });
    expect(done).toMatchObject({ thinking: "Two atwo.", text: "F" });
    expect(chat.messages.at(-1)).toMatchObject({ thinking: "Two atwo.", content: "F" });
  });

  test("goes on after the chat was left and resumed", async () => {
    const first = open({ answer: alphabet, parts: { nPredict: 5 } });
    await take(first.chat.send("Write."));
    await first.chat[Symbol.asyncDispose]();
    const { chat, session, store } = open({ answer: alphabet, parts: { nPredict: 5 }, folder: first.folder });
    if (session) await chat.resume(session);
    expect((await take(chat.continueAnswer())).done).toMatchObject({ text: "abcdefghij" });
    expect(rows(store)).toHaveLength(2);
  });
});

test("an answer that a killed process left goes on where it was kept", async () => {
  const killed = open({ answer: alphabet });
  const turn = killed.chat.send("Write.");
  for await (const event of turn) if (event.type === "token" && event.tokens === 2) break;
  // As if it had been killed now: what it keeps at the end is taken back.
  const { id } = killed.store.find("chat");
  const draft = killed.store.beginAnswer(id, { replaces: rows(killed.store)[1]?.id });
  const generated = { tokens: [97, 98, 99], text: "abc", lead: "<|im_end|>\n<|im_start|>assistant\n" };
  draft.save({ content: "abc", thinking: "", generated });
  killed.recorder[Symbol.dispose]();

  const { chat, session, store } = open({ answer: alphabet, parts: { nPredict: 3 }, folder: killed.folder });
  if (session) await chat.resume(session);
  expect(chat.canContinue).toBe(true);
  expect((await take(chat.continueAnswer())).done.text).toBe("abcdef");
  expect(rows(store)).toMatchObject([{ content: "Write." }, { content: "abcdef", state: "complete" }]);
});

describe("while it goes on", () => {
  test("the store has the longer answer as soon as some is kept, and never both", async () => {
    const { chat, store, folder } = open({ answer: alphabet, parts: { nPredict: 300 } });
    await takeUntil(
      (signal) => chat.send("Write.", signal),
      (event) => event.type === "token" && event.tokens === 2,
    );
    for await (const event of chat.continueAnswer()) {
      if (event.type !== "token") continue;
      const [, answer, ...more] = rows(store);
      expect(more).toEqual([]);
      expect(answer?.content).toMatch(/^abc/);
    }
    expectWhole(folder);
    expect(store.search("abcdefgh")).toHaveLength(1);
  });

  test.each(["prefill", "sample", "decode"] as const)("failing in %s leaves the answer as it was", async (failure) => {
    const { chat, engine, store, folder } = open({ answer: alphabet, parts: { nPredict: 4 } });
    await take(chat.send("Write."));
    engine.failure = failure;
    await expect(take(chat.continueAnswer())).rejects.toThrow(`failed in ${failure}`);
    expect(rows(store)).toMatchObject([{ content: "Write." }, { content: "abcd", stopReason: "length" }]);
    expect((await take(chat.continueAnswer())).done.text).toBe("abcdefgh");
    expect(rows(store)).toHaveLength(2);
    expectWhole(folder);
  });

  test("stopped before anything came, it stays as it was and can go on still", async () => {
    const { chat } = open({ answer: alphabet, parts: { nPredict: 4 } });
    await take(chat.send("Write."));
    const { done } = await takeUntil(
      (signal) => chat.continueAnswer(signal),
      (event) => event.type === "reused",
    );
    expect(done).toMatchObject({ text: "abcd", tokens: { generated: 0 } });
    expect((await take(chat.continueAnswer())).done.text).toBe("abcdefgh");
  });
});

test("what follows the answer on another branch stays", async () => {
  const { chat, store } = open({ answer: alphabet, parts: { nPredict: 4 } });
  await take(chat.send("Write."));
  await take(chat.send("More."));
  chat.undo();
  await take(chat.continueAnswer());
  expect(rows(store).map(({ content }) => content)).toEqual(["Write.", "abcd", "More.", "abcd", "abcdefgh"]);
  expect(store.load(store.find("chat").id).messages.map(({ content }) => content)).toEqual(["Write.", "abcdefgh"]);
});

test("an answer that ended by itself, or that nobody has given, cannot go on", async () => {
  const { chat } = open();
  const refused = { message: "There is no answer that could go on.", exitCode: 2 };
  await expect(take(chat.continueAnswer())).rejects.toMatchObject(refused);
  await take(chat.send("Hello."));
  expect(chat.canContinue).toBe(false);
  await expect(take(chat.continueAnswer())).rejects.toMatchObject(refused);
});

test("a full context that may lose nothing says so, and the answer stays", async () => {
  const { chat, store } = open({ policy: "stop", answer: alphabet, render: renderChatml });
  const { done } = await take(chat.send("Write."));
  expect(done.stopReason).toBe("context");
  await expect(take(chat.continueAnswer())).rejects.toMatchObject({ exitCode: 4 });
  expect(rows(store)).toMatchObject([{ content: "Write." }, { content: done.text, stopReason: "context" }]);
});
