// Sessions and their messages: made, found, talked in, branched, forked and deleted, all of it there when opened again.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";
import { contents, expectWhole, openStore, say, sessionOf } from "../../helpers/store.ts";
import { facts } from "../../helpers/store-facts.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

function refusal(work: () => unknown): KvchatError {
  try {
    work();
  } catch (error) {
    if (error instanceof KvchatError) return error;
    throw error;
  }
  throw new Error("it was allowed");
}

describe("sessions", () => {
  test("keep what they were begun with", () => {
    const folder = tempFolder();
    const { id } = openStore(folder).create({ ...facts, firstMessage: "Why is the sky blue?" });
    const session = openStore(folder).find("why-is-the-sky-blue");
    expect(session).toMatchObject({ ...facts, id, leaf: null, forkedFrom: null });
    expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(Math.abs(Date.now() - session.created)).toBeLessThan(60_000);
  });

  test("of the same first message get names of their own; a given name that is taken is refused", () => {
    const store = openStore();
    const names = [1, 2, 3].map(() => store.create({ ...facts, firstMessage: "Hi!" }).name);
    expect(names).toEqual(["hi", "hi-2", "hi-3"]);
    const { message, hint, exitCode } = refusal(() => store.create({ ...facts, name: "hi" }));
    expect([message, hint, exitCode]).toEqual([
      'There is a session "hi" already.',
      "This name is free: hi-4",
      ExitCode.usage,
    ]);
  });

  test("are found by name, id, and the beginning of either", () => {
    const store = openStore();
    const rome = store.create({ ...facts, name: "trip-to-rome" });
    const oslo = store.create({ ...facts, name: "trip-to-oslo" });
    const trip = store.create({ ...facts, name: "trip" });
    expect(store.find("trip").id).toBe(trip.id);
    expect(store.find(" trip-to-r ").id).toBe(rome.id);
    expect(store.find(oslo.id).id).toBe(oslo.id);
    expect(store.find(oslo.id.slice(0, 7)).id).toBe(oslo.id);

    const several = refusal(() => store.find("trip-"));
    expect(several).toMatchObject({ message: '2 sessions begin with "trip-".', exitCode: ExitCode.usage });
    expect(several.hint).toContain(`trip-to-oslo (${oslo.id}), trip-to-rome (${rome.id})`);
    const none = refusal(() => store.find("trip-too-rome"));
    expect(none).toMatchObject({ message: 'There is no session "trip-too-rome".', exitCode: ExitCode.notFound });
    expect(none.hint).toMatch(/^The nearest: trip-to-rome, /);
    expect(refusal(() => store.find("")).exitCode).toBe(ExitCode.notFound);
    expect(refusal(() => openStore().find("x")).hint).toBe("None was saved yet.");
  });

  test("a name is no other session's id", () => {
    const store = openStore();
    const { id } = store.create(facts);
    expect(refusal(() => store.create({ ...facts, name: id })).exitCode).toBe(ExitCode.usage);
  });

  test("are renamed, to their own name too; the old name is free again", () => {
    const store = openStore();
    const { id } = store.create({ ...facts, name: "old" });
    store.create({ ...facts, name: "taken" });
    expect(store.rename(id, "old").name).toBe("old");
    expect(store.rename(id, " New ").name).toBe("New");
    expect(store.create({ ...facts, name: "old" }).name).toBe("old");
    for (const name of ["taken", "", "a/b"])
      expect(refusal(() => store.rename(id, name)).exitCode).toBe(ExitCode.usage);
    expect(refusal(() => store.rename("00000000", "x")).exitCode).toBe(ExitCode.notFound);
  });

  test("change their settings, the rest stays", () => {
    const store = openStore();
    const { id } = store.create(facts);
    store.updateSettings(id, { settings: { window: "sinks" }, systemPrompt: "New." });
    expect(store.load(id).session).toMatchObject({ ...facts, settings: { window: "sinks" }, systemPrompt: "New." });
  });

  test("the newest is the one in which something was said last", () => {
    const store = openStore();
    expect(store.newest()).toBeUndefined();
    const first = sessionOf(store, ["one"]);
    const second = sessionOf(store, ["two", "answer"]);
    expect(store.newest()?.id).toBe(second.id);
    expect(store.list().map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  test("are listed with what a line of a list needs", () => {
    const store = openStore();
    const { id, created } = sessionOf(store, ["question", "an answer\nof  two lines", "more"]);
    store.create({ ...facts, name: "empty" });
    expect(store.list().find((session) => session.id === id)).toEqual({
      id,
      name: "question",
      model: "tiny",
      turns: 2,
      messages: 3,
      excerpt: "more",
      created,
      updated: expect.any(Number),
    });
    store.setLeaf(id, store.load(id).messages[1]?.id ?? null);
    expect(store.list().find((session) => session.id === id)).toMatchObject({
      turns: 1,
      messages: 2,
      excerpt: "an answer of two lines",
    });
    expect(store.list().find(({ name }) => name === "empty")).toMatchObject({ turns: 0, messages: 0, excerpt: "" });
  });

  test("are deleted with all that was in them, and nothing else", () => {
    const folder = tempFolder();
    const store = openStore(folder);
    const doomed = sessionOf(store, ["gone with it", "indeed"]);
    store.saveKv(doomed.id, { record: "{}", tokens: [1] });
    const fork = store.fork(doomed.id);
    sessionOf(store, ["this stays", "yes"]);
    store.remove(doomed.id);
    expect(store.list().map(({ name }) => name)).toEqual(["this-stays", fork.name]);
    expect(contents(store, fork.id)).toEqual(["gone with it", "indeed"]);
    expect(store.search("gone").map(({ session }) => session)).toEqual([fork.id]);
    expect(store.loadKv(doomed.id)).toBeUndefined();
    for (const work of [
      () => store.load(doomed.id),
      () => store.addUser(doomed.id, "x"),
      () => store.remove(doomed.id),
    ]) {
      expect(refusal(work)).toMatchObject({ exitCode: ExitCode.notFound });
    }
    expectWhole(folder);
  });
});

describe("messages", () => {
  test("come back as they were: texts of all kinds, tokens, thinking, times", () => {
    const folder = tempFolder();
    const store = openStore(folder);
    const { id } = store.create(facts);
    const question = "tab\t nul\0 esc\u001b[31m \r\n 今日は 🙂 'quoted' \"twice\" %s";
    store.addUser(id, question);
    const generated = {
      tokens: [0, 1, 2 ** 31, 2 ** 32 - 1],
      text: "<think>hm</think>\n\nyes\0",
      lead: "<|assistant|>\n",
    };
    store.beginAnswer(id).finish({ content: "yes\0", thinking: "hm", generated }, "length");
    const [asked, answered] = openStore(folder).load(id).messages;
    expect(asked).toMatchObject({
      role: "user",
      content: question,
      state: "complete",
      stopReason: null,
      evicted: false,
    });
    expect(asked?.generated).toBeUndefined();
    expect(answered).toMatchObject({
      role: "assistant",
      content: "yes\0",
      thinking: "hm",
      generated,
      stopReason: "length",
    });
    expect(answered?.created).toBeLessThanOrEqual(answered?.updated ?? 0);
  });

  test("what was said last is told without the rest", () => {
    const store = openStore();
    const { id } = sessionOf(store, ["one", "1", "two", "2", "three"]);
    expect(store.end(id, 3).map(({ role, content }) => `${role} ${content}`)).toEqual([
      "user two",
      "assistant 2",
      "user three",
    ]);
    expect(store.end(id, 9)).toHaveLength(5);
    store.setLeaf(id, null);
    expect(store.end(id, 9)).toEqual([]);
  });

  test("an answer is kept as it grows; unfinished, it is partial", () => {
    const folder = tempFolder();
    const store = openStore(folder);
    const { id } = sessionOf(store, ["question"]);
    const draft = store.beginAnswer(id);
    expect(contents(store, id)).toEqual(["question"]);
    draft.save({ content: "The sky", thinking: "" });
    draft.save({ content: "The sky is", thinking: "" });
    expect(openStore(folder).load(id).messages[1]).toMatchObject({
      content: "The sky is",
      state: "partial",
      stopReason: null,
    });
    draft.finish({ content: "The sky is blue.", thinking: "" }, "interrupted");
    expect(store.load(id).messages).toHaveLength(2);
    expect(store.load(id).messages[1]).toMatchObject({
      content: "The sky is blue.",
      state: "complete",
      stopReason: "interrupted",
    });
  });

  test("an answer that is discarded leaves nothing, and the answer before it is current again", () => {
    const store = openStore();
    const { id } = sessionOf(store, ["question", "first"]);
    const draft = store.beginAnswer(id);
    draft.save({ content: "second", thinking: "" });
    expect(contents(store, id)).toEqual(["question", "second"]);
    draft.discard();
    expect(contents(store, id)).toEqual(["question", "first"]);
    expect(store.loadTree(id).messages).toHaveLength(2);
    store.beginAnswer(id).discard();
    expect(contents(store, id)).toEqual(["question", "first"]);
  });

  test("nothing is answered where nothing was asked", () => {
    const store = openStore();
    const { id } = store.create(facts);
    expect(() => store.beginAnswer(id)).toThrow("no question");
  });

  test("a question that could not be answered is taken back, or left behind by the next", () => {
    const store = openStore();
    const { id } = sessionOf(store, ["one", "1", "too long"]);
    store.dropLeaf(id);
    expect(store.loadTree(id).messages.map(({ content }) => content)).toEqual(["one", "1"]);
    store.addUser(id, "unanswered");
    store.addUser(id, "asked again");
    expect(contents(store, id)).toEqual(["one", "1", "asked again"]);
    expect(store.load(id).messages[2]).toMatchObject({ siblingIndex: 1, siblings: { length: 2 } });
  });

  test("nothing that has followers is lost by taking it back", () => {
    const store = openStore();
    const { id } = sessionOf(store, ["one", "1", "two"]);
    store.setLeaf(id, store.load(id).messages[0]?.id ?? null);
    store.dropLeaf(id);
    expect(contents(store, id)).toEqual([]);
    expect(store.loadTree(id).messages).toHaveLength(3);
  });

  test("outside of the window are those that were last said to be", () => {
    const store = openStore();
    const { id } = sessionOf(store, ["one", "1", "two", "2"]);
    const ids = store.load(id).messages.map((message) => message.id);
    const evicted = () => store.load(id).messages.map((message) => message.evicted);
    store.setEvicted(id, ids.slice(0, 2));
    expect(evicted()).toEqual([true, true, false, false]);
    store.setEvicted(id, ids.slice(1, 3));
    expect(evicted()).toEqual([false, true, true, false]);
    store.setEvicted(id, []);
    expect(evicted()).toEqual([false, false, false, false]);
  });
});

test("a draft whose transaction failed is written anew", () => {
  const folder = tempFolder();
  const store = openStore(folder);
  const { id } = sessionOf(store, ["a question"]);
  const draft = store.beginAnswer(id);
  using raw = new DatabaseSync(join(folder, "sessions.db"));
  raw.exec("CREATE TRIGGER refuse BEFORE UPDATE OF leaf ON sessions BEGIN SELECT raise(ABORT, 'not now'); END");
  expect(() => draft.save({ content: "so", thinking: "" })).toThrow("not now");
  raw.exec("DROP TRIGGER refuse");
  draft.save({ content: "so far", thinking: "" });
  draft.finish({ content: "so far, so good", thinking: "" }, "stop");
  expect(contents(store, id)).toEqual(["a question", "so far, so good"]);
  expectWhole(folder);
});

describe("branches", () => {
  test("regenerating, undoing and editing make some; every message tells its siblings; nothing is lost", () => {
    const folder = tempFolder();
    const store = openStore(folder);
    const { id } = sessionOf(store, ["one", "1a", "two", "2"]);
    const [one, first] = store.load(id).messages;
    store.setLeaf(id, first?.id ?? null);
    store.beginAnswer(id).finish({ content: "1b", thinking: "" }, "stop");
    say(store, id, "other two");
    expect(contents(store, id)).toEqual(["one", "1b", "other two"]);
    const [, second] = store.load(id).messages;
    expect(second).toMatchObject({ siblings: [first?.id, second?.id], siblingIndex: 1 });

    store.setLeaf(id, null);
    say(store, id, "one, edited");
    expect(store.load(id).messages[0]).toMatchObject({ siblings: [one?.id, expect.any(Number)], siblingIndex: 1 });

    store.selectBranch(id, first?.id ?? 0);
    expect(contents(store, id)).toEqual(["one", "1a", "two", "2"]);
    store.selectBranch(id, one?.id ?? 0);
    expect(contents(store, id)).toEqual(["one", "1b", "other two"]);
    expect(store.loadTree(id).messages.map(({ content }) => content)).toEqual([
      "one",
      "1a",
      "two",
      "2",
      "1b",
      "other two",
      "one, edited",
    ]);
    expectWhole(folder);
  });

  test("a leaf is a message of its own session; what was refused is undone, and the store goes on", () => {
    const folder = tempFolder();
    const store = openStore(folder);
    const mine = sessionOf(store, ["mine"]);
    const other = sessionOf(store, ["other"]);
    expect(() => store.setLeaf(mine.id, other.leaf)).toThrow();
    expect(() => store.selectBranch(mine.id, other.leaf ?? 0)).toThrow();
    say(store, mine.id, "answer");
    expect(contents(openStore(folder), mine.id)).toEqual(["mine", "answer"]);
  });
});

describe("forks", () => {
  test("take the branch along up to a turn, and go their own way", () => {
    const folder = tempFolder();
    const store = openStore(folder);
    const origin = sessionOf(store, ["one", "1", "two", "2", "three"]);
    store.saveKv(origin.id, { record: '{"blocks":3}', tokens: [5, 6] });
    const whole = store.fork(origin.id);
    const early = store.fork(origin.id, { atTurn: 1, name: "early" });
    const none = store.fork(origin.id, { atTurn: 0 });
    say(store, early.id, "another two");
    expect([whole, early, none].map(({ id }) => contents(store, id))).toEqual([
      ["one", "1", "two", "2", "three"],
      ["one", "1", "another two"],
      [],
    ]);
    expect([whole.name, early.name, none.name]).toEqual(["one-2", "early", "one-3"]);
    expect(early).toMatchObject({ ...facts, forkedFrom: { id: origin.id, turn: 1 } });
    expect(store.loadKv(early.id)).toEqual({ record: '{"blocks":3}', tokens: Uint32Array.of(5, 6) });
    expect(contents(store, origin.id)).toEqual(["one", "1", "two", "2", "three"]);
    expectWhole(folder);
  });

  test("at an earlier turn have all of it in the window; a whole copy has it as it is", () => {
    const store = openStore();
    const origin = sessionOf(store, ["one", "1", "two", "2"]);
    const first = store.load(origin.id).messages.slice(0, 2);
    store.setEvicted(
      origin.id,
      first.map(({ id }) => id),
    );
    const evicted = (id: string) => store.load(id).messages.map((message) => message.evicted);
    expect(evicted(store.fork(origin.id).id)).toEqual([true, true, false, false]);
    expect(evicted(store.fork(origin.id, { atTurn: 1 }).id)).toEqual([false, false]);
  });

  test.each([-1, 3, 1.5, Number.NaN])("at turn %d of two are refused, and leave nothing", (atTurn) => {
    const store = openStore();
    const { id } = sessionOf(store, ["one", "1", "two"]);
    expect(refusal(() => store.fork(id, { atTurn }))).toMatchObject({ exitCode: ExitCode.usage });
    expect(store.list()).toHaveLength(1);
  });
});

test("what the cache layer keeps is replaced, and forgotten", () => {
  const store = openStore();
  const { id } = store.create(facts);
  expect(store.loadKv(id)).toBeUndefined();
  store.saveKv(id, { record: '{"a":1}', tokens: [1, 2 ** 32 - 1] });
  store.saveKv(id, { record: '{"a":2}', tokens: [3] });
  expect(store.loadKv(id)).toEqual({ record: '{"a":2}', tokens: Uint32Array.of(3) });
  store.saveKv(id, undefined);
  expect(store.loadKv(id)).toBeUndefined();
  expect(refusal(() => store.saveKv("00000000", undefined)).exitCode).toBe(ExitCode.notFound);
});
