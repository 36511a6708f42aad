// Which name a mistyped one is taken for, and when for none.
import { expect, test } from "vitest";
import { nearestHint } from "../../src/cli/nearest.ts";

const flags = ["--no-help", "-m", "--model", "--mmap", "--json", "--keep", "-h", "--help", "-ngl", "--ctx-size"];

test.each([
  ["--jsn", "--json"],
  ["--jsno", "--json"],
  ["--ctxsize", "--ctx-size"],
  ["--Help", "--help"],
  ["-nlg", "-ngl"],
  ["-json", "--json"],
  ["--m", "-m"],
])("%s is near to %s", (given, nearest) => {
  expect(nearestHint(given, flags)).toBe(`The nearest is ${nearest}; `);
});

test.each(["-f", "-i", "-v", "--format", "--keepalive", "-", "--", "--context", "--no-temp"])(
  "%s is near to none",
  (given) => {
    expect(nearestHint(given, flags)).toBe("");
  },
);

test("there may be no names at all", () => {
  expect(nearestHint("--json", [])).toBe("");
});
