// The input editor: each action on a text with its cursor drawn as a bar, the history, and one property for all actions.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chipAround, withChips } from "../../../../src/cli/chat/editor/chips.ts";
import {
  type EditorAction,
  type EditorState,
  emptyEditor,
  reduceEditor,
} from "../../../../src/cli/chat/editor/editor.ts";
import { graphemes } from "../../../../src/cli/chat/wrap.ts";

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
    ["see src/a.ts|", { type: "deleteWordLeft" }, "see src/|"],
    ["see src/a.ts |", { type: "deleteChunkLeft" }, "see |"],
    ["one| two", { type: "deleteWordRight" }, "one|"],
    ["我喜欢学习|", { type: "wordLeft" }, "我喜欢|学习"],
    ["|我喜欢学习", { type: "wordRight" }, "我|喜欢学习"],
    ["שלום עולם|", { type: "wordLeft" }, "שלום |עולם"],
    ["one, two|\n", { type: "wordLeft" }, "one, |two\n"],
    ["--|", { type: "wordLeft" }, "|--"],
    ["a\nb|c", { type: "textStart" }, "|a\nbc"],
    ["a|\nbc", { type: "textEnd" }, "a\nbc|"],
    ["ab|c", { type: "transpose" }, "acb|"],
    ["abc|", { type: "transpose" }, "acb|"],
    ["ab|\nc", { type: "transpose" }, "ba|\nc"],
    ["|ab", { type: "transpose" }, "|ab"],
    ["a\n|b", { type: "transpose" }, "a\n|b"],
    ["你👩‍💻|", { type: "transpose" }, "👩‍💻你|"],
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
    // By what is seen: the wide character takes two columns.
    ["你好|\nabcde", { type: "down", columns }, "你好\nabcd|e"],
    ["你好\nabc|de", { type: "up", columns }, "你|好\nabcde"],
    ["x|", { type: "set", text: "other" }, "other|"],
  ])("%j, %j: %j", (start, action, end) => {
    expect(after(start, action)).toBe(end);
  });
});

test("moves up and down keep to their column through shorter rows", () => {
  const down: EditorAction = { type: "down", columns };
  expect(after("long| line\nab\nlong line", down, down)).toBe("long line\nab\nlong| line");
});

describe("a long paste", () => {
  const long = Array.from({ length: 120 }, (_, index) => `line ${index}`).join("\n");
  const label = "[Pasted 120 lines #1]";
  const paste: EditorAction = { type: "paste", text: long };

  test.each<[string, string, EditorAction[], string]>([
    ["is a label", "see |", [paste], `see ${label}|`],
    ["of one line is a label, too", "|", [{ type: "paste", text: "x".repeat(2400) }], "[Pasted 2,400 characters #1]|"],
    ["has a number of its own", "|", [paste, paste], `${label}[Pasted 120 lines #2]|`],
    ["is passed over as one", "a|b", [paste, { type: "left" }], `a|${label}b`],
    ["is passed over by words as one", "a|b", [paste, { type: "wordLeft" }, { type: "wordRight" }], `a${label}|b`],
    ["is erased as one", "a|b", [paste, { type: "backspace" }], "a|b"],
    ["is erased from its start", "a|b", [paste, { type: "left" }, { type: "delete" }], "a|b"],
    ["is erased as one by what erases to a blank", "a|", [paste, { type: "deleteChunkLeft" }], "a|"],
    ["comes back", "a|", [paste, { type: "backspace" }, { type: "undo" }], `a${label}|`],
    ["is killed and yanked", "a|", [paste, { type: "deleteWordLeft" }, { type: "yank" }], `a${label}|`],
    ["changes places as one", "a|b", [paste, { type: "transpose" }], `ab${label}|`],
    ["is unfolded where the cursor is", "a|b", [paste, { type: "unfold" }], `a${long}|b`],
    ["is unfolded with all others", "|a", [paste, { type: "textEnd" }, { type: "unfold" }], `${long}a|`],
    ["is folded again by undo", "a|", [paste, { type: "unfold" }, { type: "undo" }], `a${label}|`],
    [
      "stays known when it is recalled",
      "|",
      [paste, { type: "remember" }, { type: "up", columns: 80 }, { type: "unfold" }],
      `${long}|`,
    ],
    ["of few lines stands as it is", "|", [{ type: "paste", text: "a\nb" }], "a\nb|"],
    [
      "is not what is typed the same way",
      "|",
      [{ type: "insert", text: label }, { type: "left" }],
      "[Pasted 120 lines #1|]",
    ],
  ])("%s", (_name, start, actions, end) => {
    expect(after(start, ...actions)).toBe(end);
  });

  test("stands for its text where it is sent", () => {
    const { text, chips } = [paste, { type: "insert", text: " and [Pasted 9 lines #7]" } as const].reduce(
      reduceEditor,
      emptyEditor,
    );
    expect(withChips(text, chips)).toBe(`${long} and [Pasted 9 lines #7]`);
  });
});

describe("kills", () => {
  const toEnd: EditorAction = { type: "deleteToEnd" };
  const wordLeft: EditorAction = { type: "deleteWordLeft" };
  const yank: EditorAction = { type: "yank" };
  const yankOlder: EditorAction = { type: "yankOlder" };

  test.each<[string, string, EditorAction[], string]>([
    ["come back where the cursor is", "one| two", [toEnd, { type: "textStart" }, yank], " two|one"],
    ["in a row are one, to the left", "a b c|", [wordLeft, wordLeft, yank], "a b c|"],
    ["in a row are one, to both sides", "a b| c", [wordLeft, toEnd, yank], "a b c|"],
    ["with something in between are two", "a b|", [wordLeft, { type: "left" }, toEnd, yank, yank], "a  |"],
    ["before the newest come in its place", "a b|", [wordLeft, { type: "left" }, toEnd, yank, yankOlder], "ab|"],
    ["before the oldest come round", "a b|", [wordLeft, { type: "left" }, toEnd, yank, yankOlder, yankOlder], "a |"],
    ["are replaced only right after a yank", "a|", [wordLeft, yank, { type: "left" }, yankOlder], "|a"],
    ["are none before the first", "a|", [yank, yankOlder], "a|"],
    ["outlive what was submitted", "a|", [wordLeft, { type: "set", text: "b" }, { type: "remember" }, yank], "a|"],
  ])("%s", (_name, start, actions, end) => {
    expect(after(start, ...actions)).toBe(end);
  });
});

describe("undo", () => {
  const type = (text: string) => [...text].map((character): EditorAction => ({ type: "insert", text: character }));
  const undo: EditorAction = { type: "undo" };
  const backspace: EditorAction = { type: "backspace" };

  test.each<[string, string, EditorAction[], string]>([
    ["takes back a word as one", "|", [...type("one two"), undo], "one |"],
    ["takes back what was erased by one key as one", "one|", [backspace, backspace, undo], "one|"],
    ["takes back a line feed apart", "|", [...type("a\n"), undo], "a|"],
    [
      "takes back what was typed at two places apart",
      "b|",
      [...type("c"), { type: "textStart" }, ...type("a"), undo],
      "|bc",
    ],
    ["puts the cursor back", "o|ne", [{ type: "deleteToEnd" }, { type: "left" }, undo], "o|ne"],
    [
      "goes back from the history",
      "draft|",
      [{ type: "remember" }, ...type("new"), { type: "up", columns }, undo],
      "new|",
    ],
    ["takes back a text that was put in", "mine|", [{ type: "set", text: "other" }, undo], "mine|"],
    ["does nothing where nothing was done", "a|b", [undo], "a|b"],
    ["does not bring back what was submitted", "a|", [{ type: "remember" }, undo], "|"],
  ])("%s", (_name, start, actions, end) => {
    expect(after(start, ...actions)).toBe(end);
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

  test("has what was said elsewhere before what was said here, each once", () => {
    const others: EditorAction = { type: "recallOthers", texts: ["a", "b", "c"] };
    expect([...say("b"), others].reduce(reduceEditor, emptyEditor).history).toEqual(["a", "c", "b"]);
    const shown = [...say("b"), up, others, up].reduce(reduceEditor, emptyEditor);
    expect(show(shown)).toBe("c|");
  });

  test("is reached from the first row alone", () => {
    const state = [...say("before"), { type: "set", text: "one\ntwo" } as const].reduce(reduceEditor, emptyEditor);
    expect(show(reduceEditor(state, up))).toBe("one|\ntwo");
    expect(show(reduceEditor(reduceEditor(state, up), up))).toBe("before|");
  });
});

const typed = fc.constantFrom("a", " ", "\n", "你", "👩‍💻", "\u0301", "🇩", "🇪", "\u200d", "\ud83d", "word word");
const anyAction = fc.oneof(
  typed.map((text): EditorAction => ({ type: "insert", text })),
  fc.constant<EditorAction>({ type: "paste", text: "x\n".repeat(20) }),
  fc.constantFrom<EditorAction>(
    ...(["left", "right", "wordLeft", "wordRight", "textStart", "textEnd"] as const).map((type) => ({ type })),
    ...(["backspace", "delete", "deleteWordLeft", "deleteWordRight", "deleteChunkLeft"] as const).map((type) => ({
      type,
    })),
    ...(["deleteToStart", "deleteToEnd", "transpose", "yank", "yankOlder", "unfold", "undo"] as const).map((type) => ({
      type,
    })),
    ...(["up", "down", "home", "end"] as const).map((type) => ({ type, columns })),
  ),
);

test("whatever is done, the cursor is between two graphemes, and inside no label", () => {
  const action = fc.oneof(anyAction, fc.constant<EditorAction>({ type: "remember" }));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      let state = emptyEditor;
      for (const one of actions) {
        state = reduceEditor(state, one);
        expect(boundariesOf(state.text)).toContain(state.cursor);
        expect(chipAround(state.text, state.cursor, state.chips)).toBeUndefined();
      }
    }),
    { numRuns: 300 },
  );
});

test("whatever was done, undo gives back the text from before", () => {
  const actions = fc.array(anyAction, { maxLength: 40 });
  fc.assert(
    fc.property(actions, actions, (earlier, later) => {
      // The move ends whatever run a later change would belong to.
      const start = [...earlier, { type: "left" } as const].reduce(reduceEditor, emptyEditor);
      let state = later.filter(({ type }) => type !== "undo").reduce(reduceEditor, start);
      while (state.undo.length > start.undo.length) {
        const steps = state.undo.length;
        state = reduceEditor(state, { type: "undo" });
        expect(state.undo).toHaveLength(steps - 1);
      }
      expect(state).toMatchObject({ text: start.text, undo: start.undo });
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
