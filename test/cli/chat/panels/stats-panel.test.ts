// Sparklines, and the panel of `/stats` as it looks in wide and narrow terminals and is read aloud.
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createGlyphs } from "../../../../src/cli/chat/glyphs.ts";
import { usualLook } from "../../../../src/cli/chat/look.ts";
import { sparkline } from "../../../../src/cli/chat/panels/sparkline.ts";
import { statsPanel } from "../../../../src/cli/chat/panels/stats-panel.ts";
import type { TurnFigures } from "../../../../src/cli/chat/panels/turn-figures.ts";

const ramp = "▁▂▃▄▅▆▇█";

describe("a sparkline", () => {
  test.each<[number[], number, string]>([
    [[0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"],
    [[10, 20], 8, "▁█"],
    [[5, 5, 5], 8, "▄▄▄"],
    [[7], 8, "▄"],
    [[], 8, ""],
    [[0, 0, 7, 7], 2, "▁█"],
  ])("of %j in %i columns is %s", (values, columns, wanted) => {
    expect(sparkline(values, columns, ramp)).toBe(wanted);
  });

  test("has one bar a value, or as many as there is room for, with the least and the most among them", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 80 }), (some, columns) => {
        const drawn = sparkline(some, columns, ramp);
        expect(drawn).toHaveLength(Math.min(some.length, columns));
        if (new Set(drawn).size > 1) expect([...drawn].toSorted()).toMatchObject({ 0: "▁" });
      }),
    );
  });
});

const turn = (firstTokenMs: number, decodePerSecond: number, reused: number): TurnFigures => ({
  firstTokenMs,
  prefillPerSecond: 1000,
  decodePerSecond,
  tokens: { prompt: 200, reused, evaluated: 200 - reused, evicted: 0, generated: 50 },
});
const turns = [turn(180, 41.2, 0), turn(20, 38.14, 180), turn(25, 44, 190)];

describe("the panel", () => {
  test("puts the sparklines beside the numbers where there is room", () => {
    expect(statsPanel(turns, { columns: 77, look: usualLook })).toBe(
      [
        "3 answers since the chat was opened",
        "                       min  median    max",
        "first token, ms       20.0    25.0    180  █▁▁",
        "prefill, tokens/s    1,000   1,000  1,000  ▄▄▄",
        "decode, tokens/s      38.1    41.2   44.0  ▅▁█",
        "reused, % of prompt    0.0    90.0   95.0  ▁██",
        "tokens  reused 370 · evaluated 230 · evicted 0 · generated 150",
      ].join("\n"),
    );
  });

  test("else below their names", () => {
    const look = { ...usualLook, glyphs: createGlyphs({ TERM: "linux" }) };
    expect(statsPanel(turns, { columns: 38, look }).split("\n").slice(1, 4)).toEqual([
      "min · median · max",
      "first token, ms",
      "  20.0 · 25.0 · 180  #__",
    ]);
  });

  test("is sentences for a screen reader", () => {
    expect(statsPanel(turns, { columns: 77, look: { ...usualLook, isForScreenReader: true } })).toBe(
      [
        "3 answers since the chat was opened.",
        "First token: median 25.0 milliseconds, from 20.0 to 180.",
        "Prefill: median 1,000 tokens a second, from 1,000 to 1,000.",
        "Decode: median 41.2 tokens a second, from 38.1 to 44.0.",
        "Reused: median 90.0 percent of the prompt, from 0.0 to 95.0.",
        "reused 370, evaluated 230, evicted 0, generated 150.",
      ].join("\n"),
    );
  });

  test("leaves out what was never measured", () => {
    const unmeasured = { ...turn(0, 0, 0), prefillPerSecond: 0 };
    const panel = statsPanel([unmeasured], { columns: 77, look: usualLook });
    expect(panel).toContain("1 answer since");
    expect(panel).not.toMatch(/decode|prefill|first token/);
    expect(statsPanel([], { columns: 77, look: usualLook })).toBe("no answer was given yet");
  });

  test("fits its columns, however many turns there were", () => {
    const figures = fc.record({
      firstTokenMs: fc.oneof(fc.constant(1e7), fc.double({ min: 0, max: 1e7, noNaN: true })),
      prefillPerSecond: fc.double({ min: 0, max: 1e5, noNaN: true }),
      decodePerSecond: fc.double({ min: 0, max: 1e4, noNaN: true }),
      tokens: fc.constant(turns[1]?.tokens as TurnFigures["tokens"]),
    });
    fc.assert(
      fc.property(
        fc.array(figures, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 38, max: 200 }),
        (some, columns) => {
          const lines = statsPanel(some, { columns, look: usualLook }).split("\n").slice(0, -1);
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});
