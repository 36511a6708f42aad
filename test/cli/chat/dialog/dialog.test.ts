// Dialogs by lists of intents, and how they look in terminals of all sizes.
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { initialChoice } from "../../../../src/cli/chat/dialog/choice-state.ts";
import { confirmation, type Dialog, stepDialog } from "../../../../src/cli/chat/dialog/dialog.ts";
import { dialogRows } from "../../../../src/cli/chat/dialog/dialog-rows.ts";
import { initialPicker } from "../../../../src/cli/chat/dialog/picker-state.ts";
import type { Intent } from "../../../../src/cli/chat/keys.ts";
import { createTheme } from "../../../../src/cli/chat/theme.ts";
import { columnsOf } from "../../../../src/cli/sessions/cut-to-columns.ts";
import type { SessionSummary } from "../../../../src/session/store/session-record.ts";

const look = { theme: createTheme({}), isForScreenReader: false };
const sizes = [
  [20, 6],
  [40, 10],
  [80, 24],
  [200, 60],
] as const;

const choice: Dialog = {
  kind: "choice",
  state: initialChoice("Which?", [
    { answer: "a", label: "Go on in a copy" },
    { answer: "b", label: "Read it" },
    { answer: "c", label: "Leave" },
  ]),
};

const summary = (index: number): SessionSummary => ({
  id: `id${index}`,
  name: `chat 旅 ${index}`,
  model: "m",
  turns: index,
  messages: 2 * index,
  excerpt: "the last words",
  created: 0,
  updated: Date.now(),
});

const picker: Dialog = {
  kind: "picker",
  state: initialPicker(
    Array.from({ length: 40 }, (_, index) => summary(index)),
    {
      endOf: (id) => [
        { role: "user", content: `What of ${id}?` },
        { role: "assistant", content: `${"line\n".repeat(40)}The end of ${id}, 蓝色的天空\u001b[2J.` },
      ],
      linesWith: (text) => new Map(text === "whale" ? [["id7", "We saw a whale\u001b[2J."]] : []),
    },
  ),
};

/** The answer, or "open". */
function play(dialog: Dialog, ...keys: (Intent["type"] | { typed: string })[]): string | undefined {
  let open = dialog;
  for (const key of keys) {
    const intent = (typeof key === "string" ? { type: key } : { type: "insert", text: key.typed }) as Intent;
    const step = stepDialog(open, intent);
    if ("answer" in step) return step.answer;
    open = step.dialog;
  }
  return "open";
}

test("yes and no are answered by their letters, whatever the labels are", () => {
  const question = confirmation("Overwrite it?", { yes: "Overwrite" });
  expect(play(question, "submit")).toBe("no");
  expect(play(question, { typed: "y" }, "submit")).toBe("yes");
  expect(play(question, { typed: "y" }, { typed: "n" }, "submit")).toBe("no");
});

describe("a choice", () => {
  test.each<[Parameters<typeof play>[1][], string | undefined]>([
    [["submit"], "a"],
    [["down", "submit"], "b"],
    [["down", "down", "down", "submit"], "c"],
    [["down", "up", "up", "submit"], "a"],
    [[{ typed: "l" }, "submit"], "c"],
    [[{ typed: "R" }, "submit"], "b"],
    [[{ typed: "x" }, "home", "submit"], "a"],
    [["down"], "open"],
    [["stop"], undefined],
    [["interrupt"], undefined],
    [["endOfInput"], undefined],
  ])("%j gives %s", (keys, answer) => {
    expect(play(choice, ...keys)).toBe(answer);
  });

  test("a confirmation says no first", () => {
    const asked = confirmation("Overwrite it?", { yes: "Overwrite" });
    expect(play(asked, "submit")).toBe("no");
    expect(play(asked, { typed: "o" }, "submit")).toBe("yes");
  });
});

test("the picker gives the id of the session, and none where nothing is left", () => {
  expect(play(picker, "down", "submit")).toBe("id1");
  expect(play(picker, { typed: "旅 17" }, "submit")).toBe("id17");
  expect(play(picker, { typed: "nothing of that name" }, "submit")).toBe("open");
});

describe.each(sizes)("in %i×%i", (columns, rows) => {
  test.each([
    ["choice", choice],
    ["picker", picker],
  ] as const)("a %s fits, and shows what is selected", (_kind, dialog) => {
    const shown = dialogRows(dialog, { columns, rows }, look);
    expect(shown.length).toBeLessThan(rows);
    for (const row of shown) expect(columnsOf(stripVTControlCharacters(row))).toBeLessThan(columns);
    expect(shown.map(stripVTControlCharacters).join("\n")).toMatch(/^› (Go on|chat)/m);
  });

  test("what was said last is shown where there is room, and moves no cursor", () => {
    const step = stepDialog(picker, { type: "down" });
    const shown = "dialog" in step ? dialogRows(step.dialog, { columns, rows }, look).join("\n") : "";
    const hasRoom = rows >= 10;
    expect(shown.includes("The end of id1, 蓝色的天空␛[2J.")).toBe(hasRoom);
    expect(shown).not.toContain("\u001b[2J");
  });
});

test("a wide terminal has the end of the session beside the list", () => {
  const shown = dialogRows(picker, { columns: 120, rows: 12 }, look).map(stripVTControlCharacters);
  expect(shown[1]).toMatch(/^› chat 旅 0 .* │ line$/);
  expect(shown.at(-2)).toMatch(/ │ The end of id0/);
});

describe("for a screen reader", () => {
  const spoken = (dialog: Dialog, size = { columns: 200, rows: 24 }) =>
    dialogRows(dialog, size, { ...look, isForScreenReader: true }).map((row) =>
      stripVTControlCharacters(row).trimEnd(),
    );
  const afterDown = (dialog: Dialog) => {
    const step = stepDialog(dialog, { type: "down" });
    return "dialog" in step ? spoken(step.dialog) : [];
  };

  test("a choice is sentences, of which one changes", () => {
    const [question, answers, , help] = spoken(choice);
    expect(spoken(choice)).toEqual([
      "Which?",
      "Answers: Go on in a copy; Read it; Leave.",
      "Selected: Go on in a copy, 1 of 3.",
      "Arrows move, Enter takes it, Escape leaves.",
    ]);
    expect(afterDown(choice)).toEqual([question, answers, "Selected: Read it, 2 of 3.", help]);
  });

  test("a picker tells of one session, and what was said last in it", () => {
    expect(afterDown(picker)).toEqual([
      "Go on with:",
      "Selected: chat 旅 1, 1 turn, now, 2 of 40.",
      expect.stringMatching(/^Said last: line line/),
      "Arrows move, typing narrows, Enter takes it, Escape leaves.",
    ]);
  });

  test("what is found in a message is told with it", () => {
    const step = stepDialog(picker, { type: "insert", text: "whale" });
    const dialog = "dialog" in step ? step.dialog : picker;
    expect(spoken(dialog).slice(1, 3)).toEqual([
      "Selected: chat 旅 7, 7 turns, now, 1 of 1.",
      "Found: We saw a whale␛[2J.",
    ]);
    const rows = dialogRows(dialog, { columns: 80, rows: 10 }, look).map(stripVTControlCharacters);
    expect(rows[1]).toMatch(/^› chat 旅 7 {2,}7 turns, now {2}We saw a whale␛\[2J\.$/);
  });

  test.each(sizes)("both fit %i×%i", (columns, rows) => {
    const said = [choice, picker].map((dialog) => spoken(dialog, { columns, rows }));
    for (const shown of said) expect(shown.length).toBeLessThan(rows);
    const [chosen = "", picked = ""] = said.map((shown) => shown.join(" ").replaceAll(/\s+/g, " "));
    expect(chosen).toMatch(/Enter takes it, Escape leaves\.$/);
    expect(picked).toMatch(/^Go on with: Selected: chat 旅 0, /);
  });
});
