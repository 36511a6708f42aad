// The lines about a session: what came back of its cache, and how to go on with it.
import { expect, test } from "vitest";
import { describeResumption, describeUnkept, howToGoOn } from "../../../src/cli/sessions/session-notices.ts";

test.each([
  [{ reused: 1, again: 0, reason: undefined }, "resumed: 1 token reused"],
  [{ reused: 1234, again: 0, reason: undefined }, "resumed: 1,234 tokens reused"],
  [
    { reused: 0, again: 1300, reason: "the type of K was f16" },
    "resumed: 0 tokens reused, 1,300 to be evaluated again: the type of K was f16",
  ],
])("%j is %s", (resumption, line) => {
  expect(describeResumption({ ...resumption, unanswered: undefined })).toBe(line);
});

test("a chat that cannot be kept goes on", () => {
  expect(describeUnkept("The disk is full.")).toBe("The disk is full. The chat goes on.");
});

test.each([
  ["trip-to-rome", "trip-to-rome"],
  ["旅行", "旅行"],
  ["my trip", "'my trip'"],
  ["it's", "'it'\\''s'"],
  ["a$b", "'a$b'"],
  ["🐈", "'🐈'"],
])("how to go on with %s can be copied into a shell", (name, word) => {
  expect(howToGoOn(name)).toBe(`To go on: kvchat run --resume ${word}`);
});
