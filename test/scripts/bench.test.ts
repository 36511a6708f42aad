// The bench's pure parts: its statistics, its bounds, its table, its options, and how it counts what was written.
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { perSecond } from "../../scripts/bench/chat-speed.ts";
import { findLlamaCpp } from "../../scripts/bench/llama-cpp.ts";
import { readOptions } from "../../scripts/bench/options.ts";
import { plotText } from "../../scripts/bench/plot.ts";
import { measureSubject, measureTrial } from "../../scripts/bench/rounds.ts";
import { bytesWritten, filesIn } from "../../scripts/bench/sessions/written-bytes.ts";
import { compareRounds, keepsBound, spreadOf } from "../../scripts/bench/statistics.ts";
import type { Figure, Row, Subject } from "../../scripts/bench/subject.ts";
import { tableText } from "../../scripts/bench/table.ts";
import { someWords } from "../../scripts/bench/workload.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

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
  expect(compareRounds("speedup", [10, 40], [20, 20])).toEqual([2, 0.5]);
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

  test("takes the subject's own rounds where the user asks for none, and none before them where it is warm", async () => {
    const order: string[] = [];
    const subject = { ...subjectOf((name) => order.push(name)), rounds: 1, isWarm: true };
    await measureSubject(subject, { ...options, rounds: undefined });
    expect(order.join(" ")).toBe("second first kvchat");
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

test("a trial has a row for each of its figures, over all rounds", async () => {
  const options = { rounds: undefined, signal: new AbortController().signal, onProgress: () => {} };
  let round = 0;
  const figuresOf = (): Figure[] => [
    { name: "save 1024", unit: "ms", comparison: "alone", kvchat: ++round, at: 1024 },
    {
      name: "turn-bytes f16",
      unit: "MB",
      comparison: "ratio",
      kvchat: 2 * round,
      other: { name: "new tokens", figure: 1 },
      bound: { side: "at most", value: 1.3 },
    },
  ];
  expect(
    await measureTrial({ name: "save", rounds: 2, measure: () => Promise.resolve(figuresOf()) }, options),
  ).toMatchObject([
    { name: "save 1024", kvchat: [1, 2], results: [1, 2], holds: undefined, at: 1024 },
    { name: "turn-bytes f16", kvchat: [2, 4], rival: { name: "new tokens", figures: [1, 1] }, holds: false },
  ]);
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
    {
      name: "resume q8_0",
      unit: "ms",
      comparison: "speedup",
      kvchat: [790],
      rival: { name: "cold", figures: [60_000] },
      results: [75.9],
      bound: { side: "at least", value: 30 },
      holds: true,
    },
    { name: "version", unit: "ms", comparison: "alone", kvchat: [10], results: [10] },
  ];

  test("shows each row's figures, bound and verdict", () => {
    expect(tableText(rows)).toBe(
      [
        "               kvchat other against          result     spread  bound",
        "prefill t/s     12346 12346 llama-completion   0.98 0.96..1.02 >=0.97 PASS",
        "memory MB       350.2 190.0 llama-completion   +160 +160..+160 <=+150 BELOW",
        "resume q8_0 ms  790.0 60000 cold              75.9x 75.9..75.9  >=30x PASS",
        "version ms       10.0                            10     10..10",
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

test("what has a place on an axis is drawn, a picture for each unit", () => {
  const row = (at: number, unit: "ms" | "MB", kvchat: number): Row => {
    return { name: `save ${at}`, unit, comparison: "alone", kvchat: [kvchat], results: [kvchat], at };
  };
  expect(plotText([row(1024, "ms", 20), row(1024, "MB", 7), row(8192, "ms", 80), row(8192, "MB", 7)])).toBe(
    [
      "",
      "save, ms by tokens of the chat",
      `  1024 ${"█".repeat(10)} 20.0`,
      `  8192 ${"█".repeat(40)} 80.0`,
      "",
      "save, MB by tokens of the chat",
      `  1024 ${"█".repeat(40)} 7.0`,
      `  8192 ${"█".repeat(40)} 7.0`,
      "",
    ].join("\n"),
  );
  expect(plotText([{ ...row(1024, "ms", 20), at: undefined }])).toBe("");
});

describe("readOptions", () => {
  test("takes some subjects and a number of rounds", () => {
    expect(readOptions(["--only", "decode,chat", "--rounds", "3"])).toMatchObject({
      only: ["decode", "chat"],
      rounds: 3,
      threads: 1,
      model: "smollm2",
    });
    expect(readOptions([]).rounds).toBeUndefined();
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

describe("findLlamaCpp", () => {
  test("asks for no more than what is needed, and names the targets that lack", () => {
    const folder = tempFolder();
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "llama-completion"), "");
    expect(findLlamaCpp(folder, ["llama-completion"]).completion).toBe(join(folder, "bin", "llama-completion"));
    expect(() => findLlamaCpp(folder, ["llama-completion", "llama-server"])).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("no llama-server in"),
        hint: expect.stringMatching(/--target llama-server$/),
      }),
    );
  });
});

test("written bytes are those of new and replaced files, and what others grew by", async () => {
  const folder = tempFolder();
  const write = (name: string, bytes: number) => writeFileSync(join(folder, name), Buffer.alloc(bytes));
  write("same", 1);
  write("replaced", 10);
  write("grown", 100);
  write("sessions.db-wal", 1000);
  const before = await filesIn([folder]);
  write("temporary", 10);
  renameSync(join(folder, "temporary"), join(folder, "replaced"));
  appendFileSync(join(folder, "grown"), Buffer.alloc(100));
  appendFileSync(join(folder, "sessions.db-wal"), Buffer.alloc(1000));
  write("new", 10_000);
  expect(bytesWritten(before, await filesIn([folder]))).toBe(10 + 100 + 1000 + 10_000);
});

test("words are the same for a seed, and others for another", () => {
  expect(someWords(30, 1)).toBe(someWords(30, 1));
  expect(someWords(30, 1)).not.toBe(someWords(30, 2));
  expect(someWords(30, 1).split(" ")).toHaveLength(30);
});
