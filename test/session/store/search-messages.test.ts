// Full-text search: every word, in any case, inside of words, in any language, whatever the text means to FTS5 or LIKE.
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStore, say, sessionOf } from "../../helpers/store.ts";

test("a hit tells its session, its message and the line", () => {
  const store = openStore();
  const { id, leaf } = sessionOf(store, ["What is the capital?\nOf Italy, I mean.\nThanks"]);
  expect(store.search("italy")).toEqual([
    {
      session: id,
      name: expect.stringMatching(/^what-is-the-capital/),
      message: leaf,
      role: "user",
      line: "Of Italy, I mean.",
      created: expect.any(Number),
    },
  ]);
});

test.each([
  ["tal", ["Of Italy"]],
  ["ITALY of", ["Of Italy"]],
  ["italy rome", []],
  ["東京", ["私は東京に住んでいます"]],
  ["京に住ん", ["私は東京に住んでいます"]],
  ["ПРИВЕТ", ["Скажи: привет, мир"]],
  ["100%", ["100% of_it"]],
  ["10%", []],
  ["0%", ["100% of_it"]],
  ["f_i", ["100% of_it"]],
  ["_i", ["100% of_it"]],
  ["so far", ["so far"]],
  ["fa", ["so far"]],
  ["", []],
  [" ", []],
])("%j finds %j", (text, lines) => {
  const store = openStore();
  for (const said of ["Of Italy", "私は東京に住んでいます", "Скажи: привет, мир", "100% of_it"])
    sessionOf(store, [said]);
  const { id } = sessionOf(store, ["question"]);
  store.beginAnswer(id).save({ content: "so far", thinking: "" });
  expect(store.search(text).map(({ line }) => line)).toEqual(lines);
});

test("an answer is found while it comes, when it is complete, and not after it was discarded", () => {
  const store = openStore();
  const { id } = sessionOf(store, ["question"]);
  const draft = store.beginAnswer(id);
  draft.save({ content: "a unicorn", thinking: "" });
  expect(store.search("unicorn")).toHaveLength(1);
  draft.discard();
  expect(store.search("unicorn")).toHaveLength(0);
  store.beginAnswer(id).finish({ content: "two unicorns", thinking: "" }, "stop");
  expect(store.search("unicorn").map(({ line }) => line)).toEqual(["two unicorns"]);
});

test("the newest come first, as many as are wanted, from all branches", () => {
  const store = openStore();
  const { id } = sessionOf(store, ["needle 1", "needle 2"]);
  store.setLeaf(id, null);
  say(store, id, "needle 3");
  expect(store.search("needle").map(({ line }) => line)).toEqual(["needle 3", "needle 2", "needle 1"]);
  expect(store.search("needle", { limit: 2 }).map(({ line }) => line)).toEqual(["needle 3", "needle 2"]);
});

test("no text has a meaning of its own, and each finds itself", () => {
  const store = openStore();
  const { id } = store.create({ model: "", modelPath: "", fingerprint: {}, settings: {}, systemPrompt: "", seed: 1 });
  const pieces = fc.constantFrom(
    '"',
    "'",
    "*",
    "AND",
    "NOT",
    "NEAR(",
    ")",
    "^",
    ":",
    "-",
    "%",
    "_",
    "\\",
    "{",
    "a",
    "é",
    "今",
    " ",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      const message = store.addUser(id, text);
      const isFound = store.search(text).some((hit) => hit.message === message);
      expect(isFound).toBe(text.trim() !== "");
      store.dropLeaf(id);
    }),
    { numRuns: 200 },
  );
});
