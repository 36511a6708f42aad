// The search in earlier inputs: what each key finds, in a history whose newest input stands last.
import { expect, test } from "vitest";
import { foundAt, foundText, openSearch, reduceSearch } from "../../../../src/cli/chat/editor/history-search.ts";
import type { Intent } from "../../../../src/cli/chat/keys.ts";

const history = ["Why is the sky blue?", "write a poem", "Why not?", "你好", "why not?", "list the skills"];

const type = (text: string): Intent => ({ type: "insert", text });
const older: Intent = { type: "search" };
const newer: Intent = { type: "searchNewer" };
const backspace: Intent = { type: "backspace" };

function play(...intents: Intent[]) {
  let search = openSearch(history);
  for (const intent of intents) search = reduceSearch(search, intent, history) ?? search;
  return { found: foundText(search, history), query: search.query.text };
}

test.each<[string, Intent[], string]>([
  ["nothing typed: the newest", [], "list the skills"],
  ["the newest that has it", [type("why")], "why not?"],
  ["in upper and lower case", [type("SK")], "list the skills"],
  ["no more than what is typed", [type("s"), type("k"), type("y")], "Why is the sky blue?"],
  ["older ones, one after the other", [type("why"), older, older], "Why is the sky blue?"],
  ["the oldest, and no further", [type("why"), older, older, older], "Why is the sky blue?"],
  ["newer ones again", [type("why"), older, older, newer], "Why not?"],
  ["the newest, and no further", [type("why"), newer], "why not?"],
  ["any script", [type("好")], "你好"],
  ["nothing", [type("zebra")], ""],
  ["again what is there without the last character", [type("whyx"), backspace], "why not?"],
  ["the newest again once something is erased", [type("why is"), backspace, backspace, backspace], "why not?"],
])("finds %s", (_name, intents, found) => {
  expect(play(...intents).found).toBe(found);
});

test("passes over an input that is the same as the one before", () => {
  const twice = ["a 1", "b", "a 2", "b", "a 2"];
  const first = reduceSearch(openSearch(twice), type("a"), twice);
  const second = first && reduceSearch(first, older, twice);
  expect(second && foundText(second, twice)).toBe("a 1");
});

test("leaves other keys to others", () => {
  expect(reduceSearch(openSearch(history), { type: "left" }, history)).toBeUndefined();
});

test("finds nothing where nothing was said", () => {
  expect(openSearch([]).back).toBe(0);
});

test("a paste of several lines is one line of the query", () => {
  expect(play(type("the\nsky")).query).toBe("the sky");
});

test("the place of what was found is told whatever its case", () => {
  expect(foundAt("Why is the SKY blue?", "sky")).toBe(11);
});
