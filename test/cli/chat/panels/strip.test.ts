// The strip of the context: at any size as wide as asked for, and true to the numbers.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGlyphs } from "../../../../src/cli/chat/glyphs.ts";
import { strip } from "../../../../src/cli/chat/panels/strip.ts";

const unicode = createGlyphs({});
const drawn = (context: Parameters<typeof strip>[0], cells: number, glyphs = unicode) =>
  strip(context, cells, glyphs)
    .map(({ text }) => text)
    .join("");

const context = { contextSize: 400, used: 300, system: 40, turn: 100, evicted: 0 };

test.each([
  ["in 40 cells", context, 40, "▓▓▓▓████████████████▒▒▒▒▒▒▒▒▒▒··········"],
  ["in 10 cells", context, 10, "▓████▒▒▒··"],
  ["with what has left", { ...context, evicted: 100 }, 10, "▓░░███▒▒··"],
  ["with what has left, however much", { ...context, evicted: 99_999 }, 10, "▓░░███▒▒··"],
  ["empty", { contextSize: 400, used: 0, system: 0, turn: 0, evicted: 0 }, 5, "·····"],
  ["full", { ...context, used: 400, turn: 360 }, 5, "▓▒▒▒▒"],
  ["with a turn of one token", { ...context, used: 201, turn: 1, evicted: 3 }, 10, "▓░███▒····"],
  ["before there is a context", { contextSize: 0, used: 0, system: 0, turn: 0, evicted: 0 }, 3, "···"],
])("%s", (_name, given, cells, wanted) => {
  expect(drawn(given, cells)).toBe(wanted);
});

describe("properties", () => {
  const size = fc.integer({ min: 1, max: 2 ** 20 });
  const contexts = fc
    .record({ contextSize: size, used: size, system: size, turn: size, evicted: fc.nat(2 ** 30) })
    .map(({ contextSize, used, system, turn, evicted }) => {
      const held = used % (contextSize + 1);
      const head = system % (held + 1);
      return { contextSize, used: held, system: head, turn: turn % (held - head + 1), evicted };
    });

  test("its cells are as many as asked for, its parts in their order, and each that is there is seen", () => {
    fc.assert(
      fc.property(contexts, fc.integer({ min: 0, max: 220 }), (given, cells) => {
        const runs = strip(given, cells, unicode);
        expect(runs.reduce((sum, { text }) => sum + text.length, 0)).toBe(cells);
        const order = ["system", "evicted", "turns", "turn", "free"];
        const places = runs.map(({ part }) => order.indexOf(part));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        if (cells < 5) return;
        const shown = runs.map(({ part }) => part);
        expect(shown.includes("system")).toBe(given.system > 0);
        expect(shown.includes("turn")).toBe(given.turn > 0);
        expect(shown.includes("turns")).toBe(given.used - given.system - given.turn > 0);
        expect(shown.includes("free")).toBe(given.used < given.contextSize);
      }),
    );
  });

  test("while an answer grows, what stands before it stays where it is", () => {
    fc.assert(
      fc.property(contexts, fc.integer({ min: 5, max: 100 }), fc.nat(1000), (given, cells, growth) => {
        const grown = Math.min(growth, given.contextSize - given.used);
        const later = { ...given, used: given.used + grown, turn: given.turn + grown };
        if (given.turn === 0 || later.used === later.contextSize) return;
        const older = (one: typeof given) => drawn(one, cells).split("▒")[0];
        expect(older(later)).toBe(older(given));
      }),
    );
  });
});

describe("glyphs", () => {
  test.each<[NodeJS.ProcessEnv, string]>([
    [{ TERM: "xterm-256color", LANG: "de_DE.UTF-8" }, "▓████▒▒▒··"],
    [{ TERM: "xterm-256color" }, "▓████▒▒▒··"],
    [{ TERM: "linux", LANG: "de_DE.UTF-8" }, "=####+++.."],
    [{ TERM: "xterm", LANG: "C" }, "=####+++.."],
    [{ TERM: "xterm", LANG: "C", LC_ALL: "C.utf8" }, "▓████▒▒▒··"],
    [{ TERM: "xterm", LANG: "de_DE.UTF-8", LC_ALL: "POSIX" }, "=####+++.."],
  ])("with %j", (env, wanted) => {
    expect(drawn(context, 10, createGlyphs(env))).toBe(wanted);
  });

  test("are told apart without colour", () => {
    for (const glyphs of [unicode, createGlyphs({ LANG: "C" })])
      expect(new Set(Object.values(glyphs.strip)).size).toBe(5);
  });
});
