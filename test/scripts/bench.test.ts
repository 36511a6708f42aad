// The bench's pure parts: its statistics, its bounds, its table and its options.
import { describe, expect, test } from "vitest";
import { perSecond } from "../../scripts/bench/chat-speed.ts";
import { readOptions } from "../../scripts/bench/options.ts";
import { measureSubject } from "../../scripts/bench/rounds.ts";
import { compareRounds, keepsBound, spreadOf } from "../../scripts/bench/statistics.ts";
import type { Row, Subject } from "../../scripts/bench/subject.ts";
import { tableText } from "../../scripts/bench/table.ts";

describe("spreadOf", () => {
  test.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[10, 9, 1], { median: 9, min: 1, max: 10 }],
    [[4, 1, 3, 2], { median: 2.5, min: 1, max: 4 }],
  ])("%j", (values, expected) => {
    expect(spreadOf(values)).toEqual(expected);
  });

  test("of nothing is an error", () => {
    expect(() => spreadOf([])).toThrow("median");
  });
});

test("rounds are compared one by one", () => {
  expect(compareRounds("ratio", [10, 30], [20, 20])).toEqual([0.5, 1.5]);
  expect(compareRounds("difference", [10, 30], [20, 20])).toEqual([-10, 10]);
  expect(compareRounds("alone", [10, 30])).toEqual([10, 30]);
});

test.each([
  ["at least", 0.97, [0.9, 0.97, 1.2], true],
  ["at least", 0.97, [0.96, 0.96, 1.2], false],
  ["at most", 1.3, [1.3, 1, 9], true],
  ["at most", 1.3, [1.31, 1.31, 1], false],
] as const)("%s %d with the rounds %j", (side, value, results, expected) => {
  expect(keepsBound(results, { side, value })).toBe(expected);
});

describe("measureSubject", () => {
  const options = { rounds: 2, signal: new AbortController().signal, onProgress: () => {} };

  function subjectOf(measure: (name: string) => number): Subject {
    const contender = (name: string) => ({ name, measure: async () => measure(name) });
    const bound = { side: "at least", value: 1 } as const;
    const rivals = [{ ...contender("first"), bound }, contender("second")];
    return { name: "decode", unit: "t/s", comparison: "ratio", kvchat: contender("kvchat"), rivals };
  }

  test("interleaves the contenders, turns their order each round, and does not count the first", async () => {
    const order: string[] = [];
    const rows = await measureSubject(
      subjectOf((name) => order.push(name)),
      options,
    );
    expect(order.join(" ")).toBe("kvchat first second second first kvchat kvchat first second");
    expect(rows).toMatchObject([
      { kvchat: [6, 7], rival: { name: "first", figures: [5, 8] }, results: [6 / 5, 7 / 8], holds: true },
      { kvchat: [6, 7], rival: { name: "second", figures: [4, 9] }, holds: undefined },
    ]);
  });

  test("compares with nothing where there is no rival", async () => {
    const subject: Subject = { ...subjectOf(() => 5), comparison: "difference", rivals: [] };
    expect(await measureSubject(subject, options)).toMatchObject([{ comparison: "alone", results: [5, 5] }]);
  });

  test("stops between two measurements", async () => {
    const stop = new AbortController();
    const subject = subjectOf(() => {
      stop.abort("SIGINT");
      return 1;
    });
    await expect(measureSubject(subject, { ...options, signal: stop.signal })).rejects.toBe("SIGINT");
  });
});

describe("tableText", () => {
  const rows: Row[] = [
    {
      name: "prefill",
      unit: "t/s",
      comparison: "ratio",
      kvchat: [12_345.6],
      rival: { name: "llama-completion", figures: [12_345.6] },
      results: [0.98, 0.96, 1.02],
      bound: { side: "at least", value: 0.97 },
      holds: true,
    },
    {
      name: "memory",
      unit: "MB",
      comparison: "difference",
      kvchat: [350.2],
      rival: { name: "llama-completion", figures: [190] },
      results: [160.2],
      bound: { side: "at most", value: 150 },
      holds: false,
    },
    { name: "version", unit: "ms", comparison: "alone", kvchat: [10], results: [10] },
  ];

  test("shows each row's figures, bound and verdict", () => {
    expect(tableText(rows)).toBe(
      [
        "             kvchat  other  against           result      spread   bound",
        "prefill t/s   12346  12346  llama-completion    0.98  0.96..1.02  >=0.97  PASS",
        "memory MB     350.2  190.0  llama-completion    +160  +160..+160  <=+150  BELOW",
        "version ms     10.0                               10      10..10",
        "",
      ].join("\n"),
    );
  });

  test("fits 80 columns", () => {
    expect(
      Math.max(
        ...tableText(rows)
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });
});

describe("readOptions", () => {
  test("takes some subjects and a number of rounds", () => {
    expect(readOptions(["--only", "decode,chat", "--rounds", "3"])).toMatchObject({
      only: ["decode", "chat"],
      rounds: 3,
      threads: 1,
      model: "smollm2",
    });
  });

  test.each([["--rounds", "0"], ["--threads", "x"], ["--only", "speed"], ["--fast"]])("refuses %s %s", (...args) => {
    expect(() => readOptions(args)).toThrow(args[0]);
  });
});

test("the chat's speed counts from the first frame of the answer to the first that shows all of it", () => {
  const frames = [
    { ms: 0, tokens: 0 },
    { ms: 500, tokens: 40 },
    { ms: 600, tokens: 42 },
    { ms: 1600, tokens: 142 },
    { ms: 1700, tokens: 142 },
  ];
  expect(perSecond(frames)).toBe(100);
});
