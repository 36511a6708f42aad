// The status line at the widths of real terminals, and that it fits all others.
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { type ChatState, initialChat, type StatusFacts } from "../../../src/cli/chat/state.ts";
import { bar, fitSegments, statusRows } from "../../../src/cli/chat/status-text.ts";

const facts: StatusFacts = {
  model: "SmolLM2-135M-Instruct",
  backend: "CPU",
  tokensPerSecond: 41.23,
  cache: { used: 1234, contextSize: 8192, usedBytes: 28_432_384 },
  turn: { prompt: 1300, reused: 1200, evaluated: 100, evicted: 30, generated: 8 },
};

function chat(changes: Partial<ChatState> = {}, status: Partial<StatusFacts> = {}): ChatState {
  return { ...initialChat({ columns: 80, rows: 24 }, "m"), status: { ...facts, ...status }, ...changes };
}

describe("the status", () => {
  test.each([
    [
      200,
      [
        "SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB · ▰▰▱▱▱▱▱▱▱▱ 1,234/8,192 · reused 1,200 · evaluated 100 · evicted 30",
      ],
    ],
    [
      80,
      [
        "SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB",
        "▰▰▱▱▱▱▱▱▱▱ 1,234/8,192 · reused 1,200 · evaluated 100 · evicted 30",
      ],
    ],
    [40, ["SmolLM2-135M · CPU · 41.2 t/s · 27.1 MiB", "▰▱▱▱▱ 15% · 1.2k kept · 100 new · 30 out"]],
  ])("in %i columns", (columns, rows) => {
    expect(statusRows(chat(), columns)).toEqual(rows);
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
    ["with a hint", { hint: { text: "No /x", waits: false } }, {}, "No /x"],
    ["fast", {}, { tokensPerSecond: 123.4 }, "123 tokens/s"],
  ])("%s", (_name, changes, status, wanted) => {
    const [first] = statusRows(chat(changes, status), 80);
    expect(first).toContain(wanted);
  });

  test.each<[number, string]>([
    [80, "SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB · trip-to-rome"],
    [70, "SmolLM2-135M-Instruct · CPU · 41.2 tokens/s · KV 27.1 MiB"],
  ])("in %i columns tells the session's name where nothing else has to give way", (columns, wanted) => {
    expect(statusRows(chat({}, { session: "trip-to-rome" }), columns)[0]).toBe(wanted);
  });

  test("has as many rows whatever it says, so that the prompt never jumps", () => {
    const states = [
      chat(),
      chat({}, { cache: undefined, turn: undefined }),
      chat({}, { loading: { stage: "model", fraction: 1 } }),
      chat({ hint: { text: "word", waits: true } }),
      chat({ phase: "waiting" }),
    ];
    for (const columns of [40, 80, 119]) {
      for (const state of states) expect(statusRows(state, columns)).toHaveLength(2);
    }
    for (const state of states) expect(statusRows(state, 120)).toHaveLength(1);
  });

  test("fits any width, whatever the numbers and names", () => {
    const number = fc.integer({ min: 0, max: 2 ** 40 });
    const status = fc.record({
      model: fc.oneof(fc.string(), fc.constantFrom("模型-Instruct", "a".repeat(90))),
      backend: fc.constantFrom("", "CPU", "Vulkan"),
      tokensPerSecond: fc.double({ min: 0, max: 1e6, noNaN: true }),
      cache: fc.record({ used: number, contextSize: number, usedBytes: number }),
      turn: fc.record({ prompt: number, reused: number, evaluated: number, evicted: number, generated: number }),
    });
    fc.assert(
      fc.property(status, fc.integer({ min: 8, max: 220 }), (some, columns) => {
        for (const row of statusRows(chat({}, some), columns)) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
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
  expect(bar(fraction, 4)).toBe(cells);
});
