// A running chat is named, copied, and changed for another session: what is kept where, what is refused, and that the cache goes
// along.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attach } from "../../src/session/attachments.ts";
import { openConversation } from "../../src/session/open-conversation.ts";
import { Recorder } from "../../src/session/recorder.ts";
import { SessionOpenError } from "../../src/session/store/session-lock.ts";
import type { SessionStore } from "../../src/session/store/session-store.ts";
import { take, testSettings } from "../helpers/conversation.ts";
import { openFakeChat } from "../helpers/fake-engine.ts";
import { smollm2Path } from "../helpers/models.ts";
import { contents, openStore, sessionOf } from "../helpers/store.ts";
import { facts } from "../helpers/store-facts.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

function open(store: SessionStore, name?: string) {
  const recorder = new Recorder({ store, begin: { ...facts, name } });
  const { chat, engine } = openFakeChat({ parts: { recorder } });
  return { chat, engine, recorder, sessions: chat.sessions as NonNullable<typeof chat.sessions> };
}

const names = (store: SessionStore) => store.list().map(({ name }) => name);
const said = (store: SessionStore, name: string) => contents(store, store.find(name).id);

describe("a name", () => {
  test("is given anew, to a chat of which nothing was said yet too", async () => {
    const store = openStore();
    const { chat, engine, sessions } = open(store);
    expect(chat.session).toBeNull();
    sessions.rename("trip");
    engine.answers.push("One.");
    await take(chat.send("ask"));
    sessions.rename("rome");
    expect(chat.session).toBe("rome");
    expect(said(store, "rome")).toEqual(["ask", "One."]);
    expect(names(store)).toEqual(["rome"]);
  });

  test("is made of what was typed, not of the files with it, which are kept as well", async () => {
    const store = openStore();
    const { chat, engine } = open(store);
    engine.answers.push("One.");
    const content = attach("Sum up @notes.md", [{ kind: "File", name: "notes.md", text: "Some notes." }]);
    await take(chat.send(content));
    expect(chat.session).toBe("sum-up-notes-md");
    expect(said(store, "sum-up-notes-md")).toEqual([content, "One."]);
  });

  test("given by another process is known in the end", async () => {
    const store = openStore();
    const { chat, recorder } = open(store, "trip");
    store.rename(recorder.session?.id ?? "", "rome");
    await chat[Symbol.asyncDispose]();
    expect(chat.session).toBe("rome");
  });

  test("that is taken or none is refused, and changes nothing", () => {
    const store = openStore();
    sessionOf(store, ["x"], { name: "rome" });
    const { chat, sessions } = open(store, "trip");
    expect(() => sessions.rename("rome")).toThrow('There is a session "rome" already.');
    expect(() => sessions.rename("a/b")).toThrow("it holds a path separator");
    expect(chat.session).toBe("trip");
  });
});

describe("another chat", () => {
  test("begins with its first message, run as the one before, which stays and can be opened", async () => {
    const store = openStore();
    const { chat, sessions } = open(store, "trip");
    chat.setSystemPrompt("Be kind.");
    chat.setSampling({ topK: 5 });
    await take(chat.send("ask"));
    await sessions.begin();
    expect([chat.session, chat.messages, chat.branches, names(store)]).toEqual([null, [], [], ["trip"]]);
    store.acquire(store.find("trip").id)[Symbol.dispose]();
    await take(chat.send("Where to?"));
    expect(said(store, "trip")).toEqual(["ask", "Yes."]);
    expect(said(store, "where-to")).toEqual(["Where to?", "Yes."]);
    expect(store.find("where-to")).toMatchObject({ systemPrompt: "Be kind.", settings: { topK: 5 } });
    await sessions.goOver("trip");
    expect(chat.messages).toMatchObject([{ content: "ask" }, { content: "Yes." }]);
  });

  test("begins at once where it is named, and not where the name is taken", async () => {
    const store = openStore();
    const { chat, sessions } = open(store, "trip");
    await take(chat.send("ask"));
    await expect(sessions.begin("trip")).rejects.toMatchObject({ message: 'There is a session "trip" already.' });
    expect(chat.messages).toHaveLength(2);
    await sessions.begin("rome");
    expect([chat.session, chat.messages, names(store).toSorted()]).toEqual(["rome", [], ["rome", "trip"]]);
  });
});

test("a first question that cannot be answered begins no session, the next one does", async () => {
  const store = openStore();
  const { chat } = open(store);
  chat.setSystemPrompt("Be kind.");
  await expect(take(chat.send("word ".repeat(5000)))).rejects.toMatchObject({ exitCode: 4 });
  expect([chat.session, names(store)]).toEqual([null, []]);
  await take(chat.send("Where to?"));
  await expect(take(chat.send("word ".repeat(5000)))).rejects.toMatchObject({ exitCode: 4 });
  expect(names(store)).toEqual(["where-to"]);
  expect(said(store, "where-to")).toEqual(["Where to?", "Yes."]);
  expect(store.find("where-to").systemPrompt).toBe("Be kind.");
});

test("what is set in mid-chat is kept for the next process", async () => {
  const store = openStore();
  const { chat } = open(store, "trip");
  chat.setSampling({ temperature: 0.2, topK: 5 });
  await take(chat.send("ask"));
  await take(chat.regenerate());
  const { settings, seed } = store.find("trip");
  expect(settings).toEqual({ ...facts.settings, temp: 0.2, topK: 5 });
  expect(seed).toBe(chat.sampling.seed);
});

describe("a copy", () => {
  test("is what the chat goes on in; the original stays as it was and is free", async () => {
    const store = openStore();
    const { chat, engine, sessions } = open(store, "trip");
    engine.answers.push("One.", "Two.", "Three.");
    await take(chat.send("first"));
    await take(chat.send("second"));
    await sessions.fork();
    expect(chat.session).toBe("trip-2");
    chat.undo();
    await take(chat.send("third"));
    expect(said(store, "trip-2")).toEqual(["first", "One.", "third", "Three."]);
    expect(said(store, "trip")).toEqual(["first", "One.", "second", "Two."]);
    store.acquire(store.find("trip").id)[Symbol.dispose]();
    expect(() => store.acquire(store.find("trip-2").id)).toThrow("is open in process");
  });

  test("needs something said, and a free name", async () => {
    const store = openStore();
    await expect(open(store).sessions.fork()).rejects.toMatchObject({ message: "There is nothing to fork yet." });
    const { chat, sessions } = open(store, "trip");
    await take(chat.send("first"));
    await expect(sessions.fork("trip")).rejects.toMatchObject({ message: 'There is a session "trip" already.' });
    expect(chat.session).toBe("trip");
  });
});

test("sessions are found by the words of one message, with the newest line that has them", () => {
  const store = openStore();
  const { id } = sessionOf(store, ["Whales?", "Old whales.\nNew fish.", "And?", "More old\nand new whales."], {
    ...facts,
    name: "sea",
  });
  sessionOf(store, ["Old town", "New whales"], { ...facts, name: "town" });
  const { sessions } = open(store, "trip");
  expect([...sessions.linesWith("old WHALE")]).toEqual([[id, "More old"]]);
  expect(sessions.linesWith("none").size).toBe(0);
});

test("of a session that is open elsewhere a copy can be gone over to", async () => {
  const store = openStore();
  const { id } = sessionOf(store, ["Where?", "Here."], { ...facts, name: "rome" });
  using _ = store.acquire(id);
  const { chat, sessions } = open(store, "trip");
  await expect(sessions.goOver("rome")).rejects.toBeInstanceOf(SessionOpenError);
  expect(chat.session).toBe("trip");
  await sessions.goOver("rome", { asCopy: true });
  expect(chat.session).toBe("rome-2");
  expect(said(store, "rome-2")).toEqual(["Where?", "Here."]);
});

describe("another session", () => {
  test("is gone over to with its system prompt, its sampling and its seed", async () => {
    const store = openStore();
    const settings = { ...facts.settings, topK: 7 };
    sessionOf(store, ["Where?", "Here."], { ...facts, name: "rome", systemPrompt: "Be kind.", seed: 9, settings });
    const { chat, sessions } = open(store, "trip");
    await take(chat.send("first"));
    expect(await sessions.goOver("rom")).toMatchObject([{ content: "Where?" }, { content: "Here." }]);
    expect(chat).toMatchObject({ session: "rome", systemPrompt: "Be kind." });
    expect(chat.sampling).toMatchObject({ topK: 7, seed: 9, temperature: 0 });
    await take(chat.send("And?"));
    expect(said(store, "rome")).toEqual(["Where?", "Here.", "And?", "Yes."]);
    expect(said(store, "trip")).toEqual(["first", "Yes."]);
  });

  test.each([
    ["another context", { settings: { ...facts.settings, ctxSize: 512 } }, "context size 512", { ctxSize: 512 }],
    ["another type", { settings: { ...facts.settings, cacheTypeK: "f16" } }, "type of K f16", { cacheTypeK: "f16" }],
    ["another model", { model: "huge", modelPath: import.meta.filename }, "huge", { modelName: "huge" }],
  ] as const)("with %s needs another engine, and can be taken for it", async (_name, changes, words, settings) => {
    const store = openStore();
    sessionOf(store, ["x"], { ...facts, name: "my trip", ...changes });
    const { chat, sessions } = open(store, "this");
    expect(sessions.needsOf("my trip")).toMatchObject({ words, settings });
    await expect(sessions.goOver("my trip")).rejects.toMatchObject({
      message: `The session "my trip" needs ${words}.`,
      hint: "Leave this chat, and open it: kvchat run --resume 'my trip'",
    });
    using taken = sessions.take("my trip").recorder;
    expect(() => sessions.take("my trip")).toThrow(SessionOpenError);
    expect([taken.session?.name, chat.session]).toEqual(["my trip", "this"]);
  });

  test("whose model is not here any more is refused", () => {
    const store = openStore();
    sessionOf(store, ["x"], { ...facts, name: "my trip", model: "huge", modelPath: "/models/huge.gguf" });
    expect(() => open(store, "this").sessions.needsOf("my trip")).toThrow(
      'The session "my trip" is with huge, which is not here any more.',
    );
  });

  test("with another window policy brings it along", async () => {
    const store = openStore();
    sessionOf(store, ["x"], { ...facts, name: "rome", settings: { ...facts.settings, window: "shift" } });
    const { chat, sessions } = open(store, "trip");
    await take(chat.send("first"));
    expect(sessions.needsOf("rome")).toBeUndefined();
    await sessions.goOver("rome");
    expect(chat.usage().windowPolicy).toBe("shift");
    expect(store.find("trip").settings.window).toBe(facts.settings.window);
  });

  test("that another process has open is refused with the ways out, and this one stays held", async () => {
    const store = openStore();
    const { id } = sessionOf(store, ["x"], { ...facts, name: "rome" });
    using _ = store.acquire(id);
    const { chat, sessions } = open(store, "this");
    await expect(sessions.goOver("rome")).rejects.toMatchObject({
      hint: "To go on with a copy: kvchat sessions fork rome; to read it: kvchat sessions show rome",
    });
    expect(chat.session).toBe("this");
    expect(() => store.acquire(store.find("this").id)).toThrow("is open in process");
  });

  test("cannot be the one that is open", async () => {
    await expect(open(openStore(), "this").sessions.goOver("this")).rejects.toMatchObject({
      message: 'This chat is "this".',
    });
  });

  test("that was imported goes on with any model, and has it from then on", async () => {
    const store = openStore();
    const nothing = { model: "", modelPath: "", fingerprint: {}, settings: {} };
    sessionOf(store, ["x", "y"], { ...nothing, name: "old" });
    await open(store, "this").sessions.goOver("old");
    expect(store.find("old")).toMatchObject({ model: "tiny", settings: facts.settings });
  });
});

test("on a real model the cache goes along: nothing of a copy is evaluated again, and another session's comes from its blocks", async () => {
  const folder = tempFolder();
  const store = openStore(join(folder, "data"));
  const persistence = { session: undefined, cacheDir: join(folder, "cache"), engine: "test" };
  const recorder = new Recorder({ store, begin: { ...facts, name: "trip" } });
  await using chat = await openConversation(testSettings(await smollm2Path(), { nPredict: 8 }), {
    persistence: { ...persistence, recorder },
  });
  const first = await take(chat.send("Count from one to five."));
  const before = chat.usage().used;
  await chat.sessions?.fork("copy");
  expect(chat.usage().used).toBe(before);
  const { done } = await take(chat.send("And on."));
  expect(done.tokens.reused).toBe(before);
  await chat.sessions?.goOver("trip");
  expect(chat.resumption).toEqual({ reused: before, again: 0, reason: undefined, unanswered: undefined });
  expect((await take(chat.send("And on."))).done).toMatchObject({ text: done.text, tokens: { reused: before } });
  await chat.sessions?.goOver("copy");
  expect(chat.resumption).toMatchObject({ again: 0, reason: undefined });
  await chat.sessions?.begin();
  const anew = await take(chat.send("Count from one to five."));
  expect(anew.done).toMatchObject({ text: first.done.text, session: "count-from-one-to-five" });
  await chat.sessions?.goOver("trip");
  expect(chat.resumption).toMatchObject({ again: 0, reason: undefined });
});
