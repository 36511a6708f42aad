// The status line at the widths of real terminals, and that it fits all others.
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { fitSegments } from "../../../../src/cli/chat/editor/segments.ts";
import { bar, createGlyphs } from "../../../../src/cli/chat/glyphs.ts";
import { usualLook } from "../../../../src/cli/chat/look.ts";
import { statusRows } from "../../../../src/cli/chat/panels/status-text.ts";
import { type ChatState, initialChat, type StatusFacts } from "../../../../src/cli/chat/state.ts";

const facts: StatusFacts = {
  model: "SmolLM2-135M-Instruct",
  backend: "CPU",
  tokensPerSecond: 41.23,
  cache: {
    used: 1234,
    contextSize: 8192,
    usedBytes: 28_432_384,
    system: 400,
    turn: 500,
    evicted: 30,
    windowPolicy: "turns",
  },
  turn: { prompt: 1300, reused: 1200, evaluated: 100, evicted: 30, generated: 8 },
};

function chat(changes: Partial<ChatState> = {}, status: Partial<StatusFacts> = {}): ChatState {
  return { ...initialChat({ columns: 80, rows: 24 }, "m"), status: { ...facts, ...status }, ...changes };
}

function rowsOf(state: ChatState, columns: number): string[] {
  return statusRows(state, columns).map(({ strip, text }) => strip.map((run) => run.text).join("") + text);
}

describe("the status", () => {
  test.each([
    [
      199,
      [
        "▓▓░█▒···························· 1,234/8,192 · reused 1,200 · evaluated 100 · evicted 30 · SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB",
      ],
    ],
    [
      119,
      [
        "SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB",
        "▓░█▒························· 1,234/8,192 · reused 1,200 · evaluated 100 · evicted 30",
      ],
    ],
    [
      79,
      [
        "SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB",
        "▓░█▒··············· 1,234/8,192 · reused 1,200 · evaluated 100 · evicted 30",
      ],
    ],
    [39, ["SmolLM2-135M · 41.2 t/s · 27.1 MiB", "▓░█▒····· 15% · 1.2k kept · 30 out"]],
  ])("in %i columns", (columns, rows) => {
    const [hint, ...others] = rowsOf(chat(), columns);
    expect(others).toEqual(rows);
    expect(hint).toContain("Enter sends");
  });

  test.each<[string, Partial<ChatState>, Partial<StatusFacts>, string]>([
    ["loading", {}, { loading: { stage: "model", fraction: 0.43 } }, "loading the model ▰▰▰▰▱▱▱▱▱▱ 43%"],
    ["downloading", {}, { loading: { stage: "download", fraction: 0 } }, "downloading ▱▱▱▱▱▱▱▱▱▱ 0%"],
    ["before the first batch", { phase: "waiting" }, {}, "· reading ·"],
    [
      "reading",
      { phase: "waiting" },
      { prefill: { done: 512, total: 1024 } },
      "reading 512 of 1,024 tokens ▰▰▰▰▰▱▱▱▱▱",
    ],
    ["answering", { phase: "answering" }, {}, "41.2 tokens/s"],
    ["stopping", { phase: "waiting", isStopping: true }, { prefill: { done: 512, total: 1024 } }, "· stopping ·"],
    ["fast", {}, { tokensPerSecond: 123.4 }, "123 tokens/s"],
    [
      "without Unicode",
      { look: { ...usualLook, glyphs: createGlyphs({ LANG: "C" }) } },
      { loading: { stage: "model", fraction: 0.5 } },
      "#####.....",
    ],
  ])("%s", (_name, changes, status, wanted) => {
    expect(rowsOf(chat(changes, status), 80)[1]).toContain(wanted);
  });

  test.each<[number, string]>([
    [80, "SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB · trip-to-rome"],
    [70, "SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB"],
  ])("in %i columns tells the session's name where nothing else has to give way", (columns, wanted) => {
    expect(rowsOf(chat({}, { session: "trip-to-rome" }), columns)[1]).toBe(wanted);
  });

  test("has as many rows whatever it says, so that the prompt never jumps", () => {
    const states = [
      chat(),
      chat({}, { cache: undefined, turn: undefined }),
      chat({}, { loading: { stage: "model", fraction: 1 } }),
      chat({ hint: "word" }),
      chat({ phase: "waiting" }),
    ];
    for (const columns of [40, 80, 119]) {
      for (const state of states) expect(rowsOf(state, columns)).toHaveLength(3);
    }
    for (const state of states) expect(rowsOf(state, 120)).toHaveLength(2);
    for (const state of states) expect(rowsOf({ ...state, rows: 7 }, 80)).toHaveLength(1);
  });

  test("on a low terminal gives its one row to a word to the user", () => {
    expect(rowsOf(chat({ rows: 7, hint: "No /x" }), 80)).toEqual(["No /x"]);
  });

  test("is one sentence for a screen reader, the same while an answer comes", () => {
    const look = { ...usualLook, isForScreenReader: true };
    expect(rowsOf(chat({ look }), 80)).toEqual(["Ready. 15 percent of the context is used."]);
    const answering = rowsOf(chat({ look, phase: "answering" }), 80);
    expect(answering).toEqual(["Answering. Escape stops."]);
    expect(rowsOf(chat({ look, phase: "answering" }, { tokensPerSecond: 50 }), 80)).toEqual(answering);
    expect(rowsOf(chat({ look, editing: 3 }), 80)).toEqual([
      "Enter says this in the place of message 3. Esc leaves the chat as it is.",
    ]);
  });

  test("fits any width, whatever the numbers and names", () => {
    const number = fc.integer({ min: 0, max: 2 ** 40 });
    const status = fc.record({
      model: fc.oneof(fc.string(), fc.constantFrom("模型-Instruct", "a".repeat(90))),
      backend: fc.constantFrom("", "CPU", "Vulkan"),
      tokensPerSecond: fc.double({ min: 0, max: 1e6, noNaN: true }),
      cache: fc.record({
        used: number,
        contextSize: number,
        usedBytes: number,
        system: number,
        turn: number,
        evicted: number,
        windowPolicy: fc.constantFrom("turns", "stop"),
      }),
      turn: fc.record({ prompt: number, reused: number, evaluated: number, evicted: number, generated: number }),
    });
    const rows = fc.integer({ min: 3, max: 60 });
    fc.assert(
      fc.property(status, fc.integer({ min: 8, max: 220 }), rows, (some, columns, height) => {
        for (const row of rowsOf(chat({ rows: height }, some), columns))
          expect(stringWidth(row)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

test("segments are shortened, then left out, the least important first", () => {
  const segments = [
    { wordings: ["important", "imp"], weight: 9 },
    { wordings: ["trifle", "t"], weight: 1 },
  ];
  expect(fitSegments(segments, 40)).toBe("important · trifle");
  expect(fitSegments(segments, 13)).toBe("important · t");
  expect(fitSegments(segments, 8)).toBe("imp · t");
  expect(fitSegments(segments, 5)).toBe("imp");
  expect(fitSegments(segments, 2)).toBe("i…");
});

test.each([
  [0, "▱▱▱▱"],
  [0.5, "▰▰▱▱"],
  [1, "▰▰▰▰"],
  [7, "▰▰▰▰"],
  [-1, "▱▱▱▱"],
])("a bar of %f is %s", (fraction, cells) => {
  expect(bar(fraction, 4, createGlyphs({}))).toBe(cells);
});
