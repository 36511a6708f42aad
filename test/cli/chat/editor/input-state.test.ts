// Completions in the input by lists of actions: what is written, what the menu shows, and when it closes.
import { describe, expect, test } from "vitest";
import type { Candidate } from "../../../../src/cli/chat/complete/candidate.ts";
import { menuHeight, menuLines } from "../../../../src/cli/chat/complete/menu-lines.ts";
import { emptyInput, type InputAction, reduceInput } from "../../../../src/cli/chat/editor/input-state.ts";

const type = (text: string): InputAction => ({ type: "edited", edit: { type: "insert", text } });
const edit = (kind: "backspace" | "left" | "undo"): InputAction => ({ type: "edited", edit: { type: kind } });
const next: InputAction = { type: "menuStepped", step: "next" };
const previous: InputAction = { type: "menuStepped", step: "previous" };
const take: InputAction = { type: "menuTaken" };

function offer(from: number, ...texts: string[]): InputAction {
  const candidates = texts.map((text): Candidate => ({ text, label: text, isOpen: text.endsWith("/") }));
  return { type: "completed", completion: { from, candidates } };
}

function play(...actions: InputAction[]) {
  const { editor, menu } = actions.reduce(reduceInput, emptyInput);
  return {
    text: `${editor.text.slice(0, editor.cursor)}|${editor.text.slice(editor.cursor)}`,
    menu: menu?.candidates.map(({ text }, index) => (index === menu.selected ? `>${text}` : text)),
  };
}

test.each<[string, InputAction[], string, string[] | undefined]>([
  ["one takes the place of what is typed", [type("/he"), offer(0, "/help")], "/help |", undefined],
  ["a folder stays open", [type("@s"), offer(0, "@src/")], "@src/|", undefined],
  ["of several the common start is written", [type("@"), offer(0, "@src", "@style")], "@s|", [">@src", "@style"]],
  ["in the case that they have", [type("/RE"), offer(0, "/regen", "/resume")], "/RE|", [">/regen", "/resume"]],
  ["keys select", [type("a"), offer(0, "a1", "a2", "a3"), next, next, previous], "a|", ["a1", ">a2", "a3"]],
  ["round both ends", [type("a"), offer(0, "a1", "a2"), previous, next, next], "a|", ["a1", ">a2"]],
  ["what is selected is taken", [type("see a"), offer(4, "a1", "a2"), next, take], "see a2 |", undefined],
  ["typing narrows", [type("a"), offer(0, "ab", "ac", "acd"), type("c")], "ac|", [">ac", "acd"]],
  ["erasing widens again", [type("a"), offer(0, "ab", "acd"), type("c"), edit("backspace")], "a|", [">ab", "acd"]],
  ["erasing more closes", [type("a"), offer(0, "ab", "ac"), edit("backspace")], "|", undefined],
  ["what nothing begins with closes", [type("a"), offer(0, "ab", "ac"), type("x")], "ax|", undefined],
  ["what is written in full closes", [type("a"), offer(0, "ab", "ac"), type("b")], "ab|", undefined],
  ["another key closes", [type("a"), offer(0, "ab", "ac"), edit("left")], "|a", undefined],
  ["a completion can be undone", [type("/he"), offer(0, "/help"), edit("undo")], "/he|", undefined],
  [
    "a backslash at the end of the common start waits",
    [type("@"), offer(0, "@a\\ b", "@a\\\\c")],
    "@a|",
    [">@a\\ b", "@a\\\\c"],
  ],
])("%s", (_name, actions, text, menu) => {
  expect(play(...actions)).toEqual({ text, menu });
});

test("a blank that is there already is not written twice", () => {
  const { text } = play(type("/he x"), edit("left"), edit("left"), offer(0, "/help"));
  expect(text).toBe("/help| x");
});

describe("the menu", () => {
  const candidates = Array.from(
    { length: 40 },
    (_, index): Candidate => ({ text: `f${index}`, label: `file ${index}` }),
  );
  const menu = { from: 0, typed: "", all: candidates, candidates };

  test.each([
    [0, 0],
    [20, 17],
    [39, 34],
  ])("shows the rows around the selected one: %i", (selected, first) => {
    const lines = menuLines({ ...menu, selected }, { columns: 30, height: 6 });
    expect(lines).toHaveLength(6);
    expect(lines[0]?.label).toBe(`file ${first}`);
    expect(lines.find(({ isSelected }) => isSelected)?.label).toBe(`file ${selected}`);
    expect(lines.at(-1)?.detail.trim()).toBe(`${selected + 1} of 40`);
  });

  test("cuts what is too wide", () => {
    const long = [{ text: "x", label: "你好".repeat(30), detail: "about nothing in particular" }];
    const [line] = menuLines({ ...menu, candidates: long, selected: 0 }, { columns: 30, height: 6 });
    expect(line?.label).toBe(`${"你好".repeat(2)}…${"你好".repeat(2)}`);
    expect(line?.detail).toBe("   about not…");
    const [wide] = menuLines({ ...menu, candidates: long, selected: 0 }, { columns: 60, height: 6 });
    expect(wide?.label).toBe("你好你好你好你好…好你好你好你好你好");
  });

  test("takes six rows, and less of a small terminal", () => {
    expect([60, 24, 10, 5].map(menuHeight)).toEqual([6, 6, 3, 1]);
  });
});

test("what comes back of the queue stands before what is being written, not before an input that is looked at", () => {
  const queue: InputAction[] = [type("one"), { type: "queued" }, type("draft")];
  const up: InputAction = { type: "edited", edit: { type: "up", columns: 20 } };
  const all: InputAction = { type: "unqueued", which: "all" };
  expect(play(...queue, all).text).toBe("one\n\ndraft|");
  expect(play(...queue, up).text).toBe("one|");
  expect(play(...queue, up, all).text).toBe("one\n\ndraft|");
  expect(play(...queue, up, type("!"), all).text).toBe("one\n\none!|");
});
