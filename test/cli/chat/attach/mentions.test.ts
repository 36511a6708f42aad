// Files named by `@` in a text, and how a name is written so that it is read as that file.
import { homedir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mentionOf, mentionsIn, resolvePath } from "../../../../src/cli/chat/attach/mentions.ts";
import { typable } from "../../../../src/cli/chat/printable.ts";

test.each<[string, string[]]>([
  ["read @notes.md and @src/a.ts", ["notes.md", "src/a.ts"]],
  ["@notes.md", ["notes.md"]],
  ["a\n@b.md", ["b.md"]],
  ["(see @notes.md)", ["notes.md)"]],
  ['"@notes.md"', ["notes.md"]],
  ["me@example.com", []],
  ["a@ b", []],
  ["@", [""]],
  ["@ x", [""]],
  ['@"my notes.md" and', ["my notes.md"]],
  ['@"open', ["open"]],
  ["@my\\ notes.md and", ["my notes.md"]],
  ['@a\\"b', ['a"b']],
  ["@a\\u{1b}[31m", ["a\u001b[31m"]],
  ["@a\\u{ffffff}", ["a\\u{ffffff}"]],
  ["@你好.md 、@世界", ["你好.md"]],
  ["@@x", ["@x"]],
])("%j names %j", (text, paths) => {
  expect(mentionsIn(text).map(({ path }) => path)).toEqual(paths);
});

test("a mention knows its place", () => {
  expect(mentionsIn('see @"a b".')).toEqual([{ start: 4, end: 10, path: "a b", isQuoted: true }]);
});

describe("a name that is written", () => {
  const part = fc.constantFrom(
    "a",
    " ",
    '"',
    "\\",
    "\n",
    "\t",
    "\u001b[2J",
    "你好",
    "👩‍💻",
    "\u202e",
    "'",
    "(",
    "@",
    "u{41}",
    ".",
  );
  const name = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));

  test("is read as that name, and can be typed", () => {
    fc.assert(
      fc.property(name, fc.boolean(), (path, isQuoted) => {
        const text = mentionOf(path, { isQuoted, isOpen: false });
        expect(typable(text)).toBe(text);
        expect(mentionsIn(`x ${text} y`).map((one) => one.path)).toEqual([path]);
      }),
    );
  });

  test("of a folder stays open for what is in it", () => {
    expect(mentionOf("my dir/", { isQuoted: true, isOpen: true })).toBe('@"my dir/');
    expect(mentionOf("my dir/", { isQuoted: false, isOpen: true })).toBe("@my\\ dir/");
  });
});

test("a tilde at the start is the user's folder", () => {
  expect(resolvePath("~/x")).toBe(join(homedir(), "x"));
  expect(resolvePath("~x")).toBe(join(process.cwd(), "~x"));
});
