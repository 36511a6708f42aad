// The picker's reducer: what is typed narrows the list, keys move in what is left.
import { describe, expect, test } from "vitest";
import { initialPicker, reducePicker } from "../../../../src/cli/chat/dialog/picker-state.ts";
import type { Intent } from "../../../../src/cli/chat/keys.ts";
import type { SessionSummary } from "../../../../src/session/store/session-record.ts";

const session = (name: string, excerpt = ""): SessionSummary => ({
  id: name,
  name,
  model: "m",
  turns: 1,
  messages: 2,
  excerpt,
  created: 0,
  updated: 0,
});
const sessions = [
  session("trip to Rome", "The old town"),
  session("旅程", "你好"),
  session("emoji 👩‍💻", "code"),
  session("café"),
];

function play(...intents: Intent[]) {
  const state = intents.reduce(
    reducePicker,
    initialPicker(sessions, {
      endOf: () => [],
      linesWith: (text) =>
        new Map(
          /^(whale|old)$/.test(text)
            ? [
                ["café", `a ${text}`],
                ["trip to Rome", `the ${text}`],
              ]
            : [],
        ),
    }),
  );
  return {
    found: state.found.map(({ name }) => name),
    chosen: state.found[state.selected]?.name,
    typed: state.filter.text,
  };
}

const type = (text: string): Intent => ({ type: "insert", text });

test.each<[string, string[]]>([
  ["rome", ["trip to Rome"]],
  ["old rome", ["trip to Rome"]],
  ["旅", ["旅程"]],
  ["好", ["旅程"]],
  ["👩‍💻", ["emoji 👩‍💻"]],
  ["cafe\u0301", ["café"]],
  [" ", sessions.map(({ name }) => name)],
  ["old", ["trip to Rome", "café"]],
  ["whale", ["trip to Rome", "café"]],
  ["wh", []],
  ["nothing", []],
])("%j finds %j", (text, found) => {
  expect(play(type(text)).found).toEqual(found);
});

describe("keys", () => {
  test.each<[Intent["type"][], string]>([
    [[], "trip to Rome"],
    [["up"], "trip to Rome"],
    [["down"], "旅程"],
    [["down", "down", "down", "down", "down"], "café"],
    [["end"], "café"],
    [["end", "home", "down", "up"], "trip to Rome"],
  ])("%j choose %s", (keys, chosen) => {
    expect(play(...keys.map((key) => ({ type: key }) as Intent)).chosen).toBe(chosen);
  });

  test("take back what was typed, by character, by word and as a whole", () => {
    expect(play(type("a👩‍💻"), { type: "backspace" }).typed).toBe("a");
    expect(play(type("old town"), { type: "deleteWordLeft" }).typed).toBe("old ");
    expect(play(type("old town"), { type: "deleteToStart" })).toMatchObject({ typed: "", chosen: "trip to Rome" });
  });

  test("in an empty list choose nothing", () => {
    expect(play(type("nothing"), { type: "down" }, { type: "end" }).chosen).toBeUndefined();
  });
});

test("typing begins at the top again, and takes no control characters and line feeds", () => {
  expect(play({ type: "end" }, type("o")).chosen).toBe("trip to Rome");
  expect(play(type("o\u001b\nl")).typed).toBe("o l");
});
