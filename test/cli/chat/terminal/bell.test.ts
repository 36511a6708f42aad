// When the chat rings, and with which bytes.
import { expect, test } from "vitest";
import { type ChatState, initialChat } from "../../../../src/cli/chat/state.ts";
import { createBell, ringBytes } from "../../../../src/cli/chat/terminal/bell.ts";

/** How often it rang over these states, each with the second in which it was seen. */
function rings(seconds: number, seen: readonly (readonly [second: number, state: Partial<ChatState>])[]): number {
  let clock = 0;
  let count = 0;
  const bell = createBell({ seconds, ring: () => count++, now: () => clock * 1000 });
  for (const [second, state] of seen) {
    clock = second;
    bell({ ...initialChat({ columns: 80, rows: 24 }, "m"), ...state });
  }
  return count;
}

test.each<[string, number, [number, Partial<ChatState>][], number]>([
  [
    "a long answer",
    10,
    [
      [0, {}],
      [1, { phase: "waiting" }],
      [5, { phase: "answering" }],
      [12, {}],
      [13, {}],
    ],
    1,
  ],
  [
    "a short one",
    10,
    [
      [1, { phase: "waiting" }],
      [5, { phase: "answering" }],
      [11, {}],
    ],
    0,
  ],
  [
    "where it is off",
    0,
    [
      [1, { phase: "waiting" }],
      [500, {}],
    ],
    0,
  ],
  [
    "what the user stops",
    10,
    [
      [1, { phase: "answering" }],
      [20, { phase: "answering", isStopping: true }],
      [21, {}],
    ],
    0,
  ],
  [
    "each of two",
    10,
    [
      [1, { phase: "waiting" }],
      [12, {}],
      [13, { phase: "waiting" }],
      [24, {}],
    ],
    2,
  ],
  [
    "waiting for the user",
    10,
    [
      [1, {}],
      [100, {}],
      [101, { phase: "waiting" }],
      [102, {}],
    ],
    0,
  ],
])("%s", (_name, seconds, seen, wanted) => {
  expect(rings(seconds, seen)).toBe(wanted);
});

test.each<[NodeJS.ProcessEnv, boolean]>([
  [{ TERM: "xterm-256color" }, false],
  [{ TERM: "tmux-256color", TERM_PROGRAM: "tmux" }, false],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, true],
  [{ TERM: "xterm-kitty" }, true],
  [{}, false],
])("with %j notifies: %s", (env, notifies) => {
  expect(ringBytes(env)).toBe(`\u0007${notifies ? "\u001b]9;kvchat: the answer is there\u001b\\" : ""}`);
});
