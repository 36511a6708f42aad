// The input editor: each action on a text with its cursor drawn as a bar, the history, and one property for all actions.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EditorAction, type EditorState, emptyEditor, reduceEditor } from "../../../src/cli/chat/editor.ts";
import { graphemes } from "../../../src/cli/chat/wrap.ts";

const columns = 10;

/** The text with the cursor as a bar, from one written the same way. */
function after(start: string, ...actions: EditorAction[]): string {
  const cursor = start.indexOf("|");
  const state: EditorState = { ...emptyEditor, text: start.replace("|", ""), cursor };
  return show(actions.reduce(reduceEditor, state));
}

function show({ text, cursor }: EditorState): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

describe("one action", () => {
  test.each<[string, EditorAction, string]>([
    ["ab|c", { type: "insert", text: "X\nY" }, "abX\nY|c"],
    ["ab|c", { type: "left" }, "a|bc"],
    ["|abc", { type: "left" }, "|abc"],
    ["a|b", { type: "right" }, "ab|"],
    ["ab|", { type: "right" }, "ab|"],
    ["a\n|b", { type: "left" }, "a|\nb"],
    ["a|\nb", { type: "right" }, "a\n|b"],
    ["one two|", { type: "wordLeft" }, "one |two"],
    ["one  |two", { type: "wordLeft" }, "|one  two"],
    ["|one two", { type: "wordRight" }, "one| two"],
    ["ab|c", { type: "backspace" }, "a|c"],
    ["|abc", { type: "backspace" }, "|abc"],
    ["a\n|b", { type: "backspace" }, "a|b"],
    ["a|bc", { type: "delete" }, "a|c"],
    ["abc|", { type: "delete" }, "abc|"],
    ["one two|", { type: "deleteWordLeft" }, "one |"],
    ["one| two", { type: "deleteWordRight" }, "one|"],
    ["a\nbc|d", { type: "deleteToStart" }, "a\n|d"],
    ["a\n|bc", { type: "deleteToStart" }, "a|bc"],
    ["a|b\nc", { type: "deleteToEnd" }, "a|\nc"],
    ["ab|\nc", { type: "deleteToEnd" }, "ab|c"],
    ["你好|", { type: "left" }, "你|好"],
    ["a👩‍💻|b", { type: "backspace" }, "a|b"],
    ["|👩‍💻b", { type: "right" }, "👩‍💻|b"],
    ["🇩🇪|🇫🇷", { type: "delete" }, "🇩🇪|"],
    ["e\u0301|x", { type: "left" }, "|e\u0301x"],
    // A mark that joins what is before it belongs to one grapheme with it, and the cursor goes behind.
    ["e|x", { type: "insert", text: "\u0301" }, "e\u0301|x"],
    ["one two three|", { type: "up", columns }, "one t|wo three"],
    ["on|e two three", { type: "down", columns }, "one two th|ree"],
    ["one\ntw|o", { type: "home", columns }, "one\n|two"],
    ["o|ne\ntwo", { type: "end", columns }, "one|\ntwo"],
    ["long line\nab|\nx", { type: "up", columns }, "lo|ng line\nab\nx"],
    ["long lin|e\nab\nx", { type: "down", columns }, "long line\nab|\nx"],
    ["x|", { type: "set", text: "other" }, "other|"],
  ])("%j, %j: %j", (start, action, end) => {
    expect(after(start, action)).toBe(end);
  });
});

describe("the history", () => {
  const say = (text: string): EditorAction[] => [{ type: "set", text }, { type: "remember" }];
  const up: EditorAction = { type: "up", columns };
  const down: EditorAction = { type: "down", columns };

  test("goes back and forth, and keeps what was being written", () => {
    const state = [...say("first"), ...say("second"), { type: "set", text: "draft" } as const].reduce(
      reduceEditor,
      emptyEditor,
    );
    const seen = [up, up, up, down, down, down].map((_, index, actions) =>
      show(actions.slice(0, index + 1).reduce(reduceEditor, state)),
    );
    expect(seen).toEqual(["second|", "first|", "first|", "second|", "draft|", "draft|"]);
  });

  test("has each input once in a row, and none that is blank", () => {
    const actions = [...say("a"), ...say("a"), ...say("  "), ...say("b"), ...say("a")];
    expect(actions.reduce(reduceEditor, emptyEditor).history).toEqual(["a", "b", "a"]);
  });

  test("is reached from the first row alone", () => {
    const state = [...say("before"), { type: "set", text: "one\ntwo" } as const].reduce(reduceEditor, emptyEditor);
    expect(show(reduceEditor(state, up))).toBe("one|\ntwo");
    expect(show(reduceEditor(reduceEditor(state, up), up))).toBe("before|");
  });
});

test("whatever is done, the cursor is between two graphemes", () => {
  const typed = fc.constantFrom("a", " ", "\n", "你", "👩‍💻", "\u0301", "🇩", "🇪", "\u200d", "\ud83d", "word word");
  const action = fc.oneof(
    typed.map((text): EditorAction => ({ type: "insert", text })),
    fc.constantFrom<EditorAction>(
      ...(["left", "right", "wordLeft", "wordRight", "backspace", "delete", "deleteWordLeft"] as const).map((type) => ({
        type,
      })),
      ...(["deleteWordRight", "deleteToStart", "deleteToEnd", "remember"] as const).map((type) => ({ type })),
      ...(["up", "down", "home", "end"] as const).map((type) => ({ type, columns })),
    ),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      let state = emptyEditor;
      for (const one of actions) {
        state = reduceEditor(state, one);
        expect(boundariesOf(state.text)).toContain(state.cursor);
      }
    }),
    { numRuns: 300 },
  );
});

/** The indices between graphemes, and those at both ends. */
function boundariesOf(text: string): number[] {
  const ends = [0];
  for (const grapheme of graphemes(text)) ends.push((ends.at(-1) ?? 0) + grapheme.length);
  return ends;
}
