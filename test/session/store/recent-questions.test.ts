// What was said lately, across sessions: the order, no text twice, and a limit.
import { expect, test } from "vitest";
import { openStore, say, sessionOf } from "../../helpers/store.ts";

test("is there from all sessions, oldest first", () => {
  const store = openStore();
  const first = sessionOf(store, ["one", "an answer", "two"]);
  sessionOf(store, ["three"]);
  say(store, first.id, "an answer");
  say(store, first.id, "four");
  expect(store.recentQuestions()).toEqual(["one", "two", "three", "four"]);
});

test("is there once, where it was said last, and forks say nothing anew", () => {
  const store = openStore();
  const { id } = sessionOf(store, ["one", "a", "two", "b"]);
  sessionOf(store, ["three"]);
  store.fork(id);
  say(store, id, "one");
  expect(store.recentQuestions()).toEqual(["two", "three", "one"]);
});

test("is cut to the newest, of many too", () => {
  const store = openStore();
  const said = Array.from({ length: 120 }, (_, index) => [`question ${index}`, "answer"]).flat();
  sessionOf(store, said);
  expect(store.recentQuestions({ limit: 2 })).toEqual(["question 118", "question 119"]);
  expect(store.recentQuestions()).toHaveLength(120);
});

test("is nothing where nothing was said", () => {
  expect(openStore().recentQuestions()).toEqual([]);
});
