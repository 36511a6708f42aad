// The key map as a table: what Ink tells of a key press, and what the chat makes of it.
import type { Key } from "ink";
import { expect, test } from "vitest";
import { type Intent, intentsOf } from "../../../src/cli/chat/keys.ts";

const noKey: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

test.each<[string, Partial<Key>, Intent["type"]]>([
  ["Enter", { return: true }, "submit"],
  ["Alt-Enter", { return: true, meta: true }, "newline"],
  ["Shift-Enter", { return: true, shift: true }, "newline"],
  ["Esc", { escape: true }, "stop"],
  ["Left", { leftArrow: true }, "left"],
  ["Ctrl-Left", { leftArrow: true, ctrl: true }, "wordLeft"],
  ["Alt-Right", { rightArrow: true, meta: true }, "wordRight"],
  ["Up", { upArrow: true }, "up"],
  ["Down", { downArrow: true }, "down"],
  ["Home", { home: true }, "home"],
  ["End", { end: true }, "end"],
  ["Ctrl-Home", { home: true, ctrl: true }, "textStart"],
  ["Ctrl-End", { end: true, ctrl: true }, "textEnd"],
  ["Backspace", { backspace: true }, "backspace"],
  ["Alt-Backspace", { backspace: true, meta: true }, "deleteWordLeft"],
  ["Delete", { delete: true }, "delete"],
  ["Ctrl-Delete", { delete: true, ctrl: true }, "deleteWordRight"],
])("%s", (_name, key, type) => {
  expect(intentsOf("", { ...noKey, ...key })).toEqual([{ type }]);
});

test.each<[string, Intent["type"]]>([
  ["a", "home"],
  ["b", "left"],
  ["c", "interrupt"],
  ["d", "endOfInput"],
  ["e", "end"],
  ["f", "right"],
  ["g", "openEditor"],
  ["h", "backspace"],
  ["j", "newline"],
  ["k", "deleteToEnd"],
  ["l", "redraw"],
  ["n", "down"],
  ["o", "unfold"],
  ["p", "up"],
  ["r", "search"],
  ["s", "searchNewer"],
  ["t", "transpose"],
  ["u", "deleteToStart"],
  ["w", "deleteChunkLeft"],
  ["y", "yank"],
  ["z", "suspend"],
  ["_", "undo"],
])("Ctrl-%s, as a key and inside a chunk", (letter, type) => {
  expect(intentsOf(letter, { ...noKey, ctrl: true })).toEqual([{ type }]);
  const character = String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64);
  expect(intentsOf(`x${character}y`, noKey)).toEqual([
    { type: "insert", text: "x" },
    { type },
    { type: "insert", text: "y" },
  ]);
});

test.each<[string, Intent["type"]]>([
  ["b", "wordLeft"],
  ["F", "wordRight"],
  ["d", "deleteWordRight"],
  ["y", "yankOlder"],
  ["p", "previousVersion"],
  ["n", "nextVersion"],
  ["<", "textStart"],
  [">", "textEnd"],
])("Alt-%s", (letter, type) => {
  expect(intentsOf(letter, { ...noKey, meta: true })).toEqual([{ type }]);
});

test("text and Enter in one chunk are typed and sent", () => {
  expect(intentsOf("你好 👩‍💻\r", noKey)).toEqual([{ type: "insert", text: "你好 👩‍💻" }, { type: "submit" }]);
});

test.each([
  ["a control key that means nothing", "x", { ctrl: true }],
  ["Alt with a letter that means nothing", "x", { meta: true }],
  ["the release of a key", "a", { eventType: "release" as const }],
  ["Page Up", "", { pageUp: true }],
])("%s does nothing", (_name, input, key) => {
  expect(intentsOf(input, { ...noKey, ...key })).toEqual([]);
});

test("Tab completes, as a key, with Shift, and in a chunk", () => {
  expect(intentsOf("", { ...noKey, tab: true })).toEqual([{ type: "complete" }]);
  expect(intentsOf("", { ...noKey, tab: true, shift: true })).toEqual([{ type: "completeBack" }]);
  expect(intentsOf("/he\t", noKey)).toEqual([{ type: "insert", text: "/he" }, { type: "complete" }]);
});
