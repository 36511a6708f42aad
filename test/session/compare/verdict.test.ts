// What figures are called, and which cache is recommended.
import { describe, expect, test } from "vitest";
import { commandFor, lossOf, recommend, verdictOf } from "../../../src/session/compare/verdict.ts";
import { comparedRow } from "../../helpers/compared-rows.ts";

const qualityOf = (loss: number) => {
  const { quality } = comparedRow("q8_0", { loss, bytes: 1 });
  if (!quality) throw new Error("a measured row has a quality");
  return quality;
};

describe("a verdict", () => {
  test.each([
    [0, "the same as the baseline"],
    [0.00136, "lossless in practice: less than Q8_0 weights lose"],
    [0.0055, "hardly a loss: less than Q6_K weights lose"],
    [0.0056, "a small loss: less than Q4_K_M weights lose"],
    [0.1, "a clear loss: as much as Q3_K_M weights lose"],
    [0.11, "breaks this model: more than Q3_K_M weights lose"],
  ])("of %f nats", (loss, words) => expect(verdictOf(qualityOf(loss), [])).toBe(words));

  test("tells of speed only where it differs, at the greatest depth", () => {
    const speedAt = (ratio: number) => comparedRow("q8_0", { loss: 0, bytes: 1, ratio }).speed;
    expect(verdictOf(qualityOf(0), speedAt(0.9))).toBe("the same as the baseline");
    expect(verdictOf(qualityOf(0), speedAt(0.5))).toBe(
      "the same as the baseline; reads a prompt at 0.50 of the speed behind 2,048 tokens; " +
        "answers at 0.50 of the speed behind 2,048 tokens",
    );
  });
});

describe("the recommendation", () => {
  const rows = [
    comparedRow("f16", { loss: 0, bytes: 100 }),
    comparedRow("q8_0", { loss: 0.002, bytes: 50 }),
    comparedRow("q4_0", { loss: 0.05, bytes: 25 }),
    comparedRow("iq4_nl", { loss: 0.04, bytes: 25 }),
    comparedRow("q5_0", { loss: 0.001, bytes: 30, evicted: 0.02 }),
  ];

  test.each([
    [0, "f16"],
    [0.01, "q8_0"],
    [0.03, "q5_0"],
    [0.045, "iq4_nl"],
    [1, "iq4_nl"],
  ])("within %f nats is %s", (maxKld, k) => expect(recommend(rows, maxKld)?.k).toBe(k));

  test("counts what is lost past an eviction, and is none where nothing was measured", () => {
    expect(rows.map(({ quality }) => quality && lossOf(quality))).toEqual([0, 0.002, 0.05, 0.04, 0.02]);
    expect(recommend(rows.slice(1), 0.0001)).toBeUndefined();
    expect(recommend([{ ...comparedRow("f16", { loss: 0, bytes: 1 }), quality: null }], 1)).toBeUndefined();
  });

  test.each([
    ["smollm2", "kvchat run smollm2 --kv q8_0"],
    ["my model.gguf", 'kvchat run "my model.gguf" --kv q8_0'],
  ])("tells how to use it with %s", (model, command) => {
    expect(commandFor(model, comparedRow("q8_0", { loss: 0, bytes: 1 }))).toBe(command);
  });
});
