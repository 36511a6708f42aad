// When a chat's cache is taken, and what of earlier saves stays: on an engine without a model, with a store of its own.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BlockStore } from "../../src/cache/block-store.ts";
import { KvchatError } from "../../src/session/errors.ts";
import type { ConversationEvent } from "../../src/session/events.ts";
import { KvKeeper } from "../../src/session/kv-keeper.ts";
import { Recorder } from "../../src/session/recorder.ts";
import { ScratchFolder } from "../../src/session/scratch-folder.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { take } from "../helpers/conversation.ts";
import { type FakeEngineOptions, openFakeChat } from "../helpers/fake-engine.ts";
import { facts } from "../helpers/store-facts.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

/** Only there a chat that is not kept is put in order. */
const inMemory = existsSync("/dev/shm");
const long = "x".repeat(300);

interface PlaceOptions extends FakeEngineOptions {
  readonly folder?: string;
  readonly name?: string;
  readonly isKept?: boolean;
}

async function open({ folder = tempFolder(), name = "chat", isKept = true, ...options }: PlaceOptions = {}) {
  const cache = join(folder, "cache");
  const store = isKept ? await BlockStore.open(cache) : undefined;
  const sessions = new SessionStore(join(folder, "data"));
  const known = sessions.list().find((session) => session.name === name);
  const session = known && sessions.load(known.id);
  const recorder = isKept
    ? new Recorder({ store: sessions, session: session?.session, begin: { ...facts, name } })
    : undefined;
  const saved = new EventTarget();
  const onEvent = (event: ConversationEvent) => {
    if (event.type === "saved" && event.problem === null) saved.dispatchEvent(new Event("saved"));
  };
  const scratch = new ScratchFolder({ otherwise: join(folder, "work"), stateBytes: 1 });
  const { chat, engine } = openFakeChat({
    ...options,
    facts: { contextSize: 4096, ...options.facts },
    parts: { recorder, onEvent },
    keep: (engine) =>
      new KvKeeper({ engine: Promise.resolve(engine), store, writes: isKept, fingerprint: { model: "fake" }, scratch }),
  });
  if (session) await chat.resume(session);
  return {
    folder,
    cache,
    chat,
    engine,
    sessions,
    say: (text: string) => take(chat.send(text)),
    /** Says it, and waits until it is kept. */
    keep: async (text: string) => {
      const told = once(saved, "saved");
      await take(chat.send(text));
      await told;
    },
    entries: async () => (await store?.stats())?.entries,
  };
}

describe("a prompt that follows at once", () => {
  test("goes before the save of a few tokens, which then comes when the chat ends", async () => {
    const { chat, engine, say, entries } = await open();
    for (const text of ["one", "two", "three"]) await say(text);
    expect(engine.states).toEqual([]);
    await chat[Symbol.asyncDispose]();
    expect(engine.states).toEqual(["saved"]);
    expect(await entries()).toEqual({ block: 2, tail: 1, snapshot: 0 });
  });

  test("waits while many tokens are taken, the more the longer the chat is", async () => {
    const { engine, say } = await open();
    const saves: number[] = [];
    for (const turn of Array(10).keys()) {
      await say(long);
      if (engine.states.length > saves.length) saves.push(turn);
    }
    expect(saves).toEqual([1, 2, 3, 4, 6, 8]);
  });

  test("waits while cells that moved are put in order, in a chat that is not kept too", async () => {
    for (const isKept of [true, false]) {
      const { engine, say, chat, folder } = await open({ isKept, facts: { contextSize: 512 }, isTransposed: true });
      await say(long);
      expect((await say(long)).done.tokens.evicted).toBeGreaterThan(0);
      const before = engine.states.length;
      await say("short");
      expect(engine.states.slice(before)).toEqual(isKept || inMemory ? ["saved", "loaded"] : []);
      await chat[Symbol.asyncDispose]();
      expect(engine.states.slice(before + 2)).toEqual(isKept ? ["saved"] : []);
      expect(existsSync(join(folder, "cache"))).toBe(isKept);
      expect(existsSync(join(folder, "work"))).toBe(isKept && !inMemory);
    }
  });
});

describe("a state that is kept whole", () => {
  test("leaves two files of a chat, however many turns it has, and comes back", async () => {
    const { keep, entries, chat, folder } = await open({ isTransposed: true });
    for (const text of ["one", "two", "three", "four"]) await keep(text);
    expect(await entries()).toEqual({ block: 0, tail: 0, snapshot: 2 });
    await chat[Symbol.asyncDispose]();
    const again = await open({ folder, isTransposed: true });
    expect(again.chat.resumption).toMatchObject({ again: 0, reason: undefined });
    await again.keep("five");
    expect(await again.entries()).toMatchObject({ snapshot: 2 });
  });

  test("stays where a copy of the chat needs it", async () => {
    const { keep, entries, chat, folder, sessions } = await open({ isTransposed: true });
    for (const text of ["one", "two"]) await keep(text);
    sessions.fork(sessions.find("chat").id, { name: "copy" });
    for (const text of ["three", "four", "five"]) await keep(text);
    expect(await entries()).toMatchObject({ snapshot: 4 });
    await chat[Symbol.asyncDispose]();
    const copy = await open({ folder, name: "copy", isTransposed: true });
    expect(copy.chat.resumption).toMatchObject({ again: 0, reason: undefined });
  });
});

test("a tail stays while the next one cannot be named: the data folder's disk is full", async () => {
  const { keep, entries, sessions } = await open();
  await keep("one");
  sessions.saveKv = () => {
    throw new KvchatError("There is no space left.", { hint: "Make room." });
  };
  await keep("two");
  expect(await entries()).toMatchObject({ tail: 2 });
});

test("a tail goes when the next one is named, unless a copy needs it", async () => {
  const { keep, entries, sessions } = await open();
  await keep("one");
  await keep("two");
  expect(await entries()).toMatchObject({ tail: 1 });
  sessions.fork(sessions.find("chat").id, { name: "copy" });
  await keep("three");
  await keep("four");
  expect(await entries()).toMatchObject({ tail: 2 });
});
