// Names of sessions: readable for people, harmless to a terminal and a file system, unique.
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { ExitCode } from "../../../src/session/errors.ts";
import { checkName, nameFromText, uniqueName } from "../../../src/session/store/session-name.ts";

const anyText = fc.string({ unit: "binary", maxLength: 200 });

describe("a name from the first message", () => {
  test.each([
    ["Why is the sky blue?", "why-is-the-sky-blue"],
    ["Don't   panic!\n\nAnd carry a towel, always, everywhere, ok?", "dont-panic-and-carry-a-towel"],
    ["../../etc/passwd \u001b[31m", "etc-passwd-31m"],
    ["Ça va, Zoë?", "ça-va-zoë"],
    ["नमस्ते दुनिया", "नमस्ते-दुनिया"],
    ["今日はとても良い天気ですね、散歩に行きましょうか", "今日はとても良い天気ですね"],
    ["今".repeat(50), "今".repeat(20)],
    ["a".repeat(100), "a".repeat(40)],
    ["internationalisation of the documentation", "internationalisation-of-the"],
    ["🙂🙂", "chat"],
    [" \u0000\ud800", "chat"],
    ["", "chat"],
  ])("%j becomes %j", (text, name) => {
    expect(nameFromText(text)).toBe(name);
  });

  test("is always one that a person could have given", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = nameFromText(text);
        expect(checkName(name)).toBe(name);
      }),
    );
  });
});

describe("a given name", () => {
  test("may be of any script, with spaces inside", () => {
    for (const name of ["Trip to Rome", "поездка", "旅行", "a", "👩‍🚀 notes"])
      expect(checkName(` ${name} `)).toBe(name);
  });

  test("is composed, so that it is found however it was typed", () => {
    expect(checkName("Zoe\u0308")).toBe("Zo\u00eb");
  });

  test.each([
    "",
    "  ",
    "a\nb",
    "a\u001b[2J",
    "a/b",
    "a\\b",
    "-x",
    "..",
    ".",
    "\u202eabc",
    "\u200d",
    "a".repeat(41),
    "今".repeat(21),
  ])("%j is refused", (name) => {
    expect(() => checkName(name)).toThrow(expect.objectContaining({ exitCode: ExitCode.usage }));
  });
});

test("a taken name gets a number, and no more columns than names may have", () => {
  const taken = new Set(["chat", "chat-2"]);
  expect(uniqueName("chat", (name) => taken.has(name))).toBe("chat-3");
  expect(uniqueName("trip", (name) => taken.has(name))).toBe("trip");
  const long = `${"x".repeat(37)}-yy`;
  expect(uniqueName(long, (name) => name === long)).toBe(`${"x".repeat(37)}-2`);
  expect(stringWidth(uniqueName("今".repeat(20), (name) => name.endsWith("今")))).toBe(40);
});
