// Why a kept cache is of no use, in words.
import { expect, test } from "vitest";
import { whatChanged } from "../../src/session/what-changed.ts";

const kept = { fingerprint: { model: "abc", "llama.cpp": "b1", "type of K": "f16" }, template: "t" };

test.each([
  [{}, undefined],
  [{ model: "def" }, "the model file is another one"],
  [{ "llama.cpp": "b2" }, "llama.cpp is another release"],
  [{ "type of K": "q8_0" }, "the type of K was f16; --cache-type-k f16 reuses it"],
  [{ "sliding window": "512" }, "the sliding window was not set"],
])("with %j: %s", (changes, why) => {
  expect(whatChanged(kept, { ...kept, fingerprint: { ...kept.fingerprint, ...changes } })).toBe(why);
});

test("with another template", () => {
  expect(whatChanged(kept, { ...kept, template: "u" })).toBe("the chat template is another one");
});
