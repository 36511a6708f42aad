// Why a kept cache is of no use, in words.
import { expect, test } from "vitest";
import { differences, whatChanged } from "../../src/session/what-changed.ts";

const fingerprint = { model: "abc", "llama.cpp": "b1", "type of K": "f16" };
const kept = { fingerprint, template: "t" };
const words = (changes: object, templates = ["s", "t"]) =>
  whatChanged(kept, { fingerprint: { ...fingerprint, ...changes }, templates }).map((change) => change.words);

test.each<[object, string[]]>([
  [{}, []],
  [{ "llama.cpp": "b2" }, ["the release of llama.cpp was b1"]],
  [{ "type of K": "q8_0" }, ["the type of K was f16; --cache-type-k f16 reuses it"]],
  [{ "flash attention": "on" }, ["the flash attention was not set"]],
  [{ "sliding window": "512" }, ["the sliding window was not set"]],
  [
    { "type of K": "q8_0", rotation: "off" },
    ["the type of K was f16; --cache-type-k f16 reuses it", "the rotation was not set"],
  ],
])("with %j: %j", (changes, expected) => expect(words(changes)).toEqual(expected));

test("another model is reason enough", () => {
  expect(words({ model: "def", "type of K": "q8_0" }, [])).toEqual(["the model file is another one"]);
});

test("with another template", () => expect(words({}, ["u"])).toEqual(["the chat template is another one"]));

test("what is not there on one side differs from what is on the other", () => {
  const now = { fingerprint: { model: "abc", "llama.cpp": "b1", rotation: "on" }, templates: ["t"] };
  expect(differences(kept, now)).toEqual([
    { what: "type of K", was: "f16", now: null },
    { what: "rotation", was: null, now: "on" },
  ]);
});
