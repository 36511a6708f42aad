// One matrix that every window policy passes, whatever the chat looks like, and the exact ranges each of them names.
// A new policy is one row in `matrix` and one table.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TokenRange, totalLength } from "../../../src/cache/ranges.ts";
import { policies, type WindowPolicyName } from "../../../src/cache/window/index.ts";
import { type CacheView, excess, WindowFullError } from "../../../src/cache/window/policy.ts";

interface PolicyTraits {
  readonly name: WindowPolicyName;
  /** Refuses with WindowFullError where others erase. */
  readonly refuses?: boolean;
}

const matrix: readonly PolicyTraits[] = [
  { name: "turns" },
  { name: "sinks" },
  { name: "shift" },
  { name: "stop", refuses: true },
];

const tailTokens = 2;

/** Turns of these lengths behind the head, without gaps, as a rendered chat has them. */
function viewOf(head: number, turnLengths: readonly number[], rest: Partial<CacheView> = {}): CacheView {
  let end = head;
  const turns = turnLengths.map((length) => {
    const start = end;
    end += length;
    return { start, end, tail: Math.min(tailTokens, length) };
  });
  return Object.freeze({ length: end, contextSize: 64, keep: head, reserve: 8, turns: Object.freeze(turns), ...rest });
}

/** Chats of any length, with what is kept and the reserve inside the context. */
const anyView = fc
  .record({
    contextSize: fc.integer({ min: 32, max: 512 }),
    headShare: fc.double({ min: 0, max: 0.45, noNaN: true }),
    keepShare: fc.double({ min: 0, max: 0.45, noNaN: true }),
    reserveShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
    turnLengths: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 12 }),
  })
  .map(({ contextSize, headShare, keepShare, reserveShare, turnLengths }) => {
    const part = (share: number) => Math.floor(share * contextSize);
    const keep = Math.max(part(headShare), part(keepShare));
    return viewOf(part(headShare), turnLengths, { contextSize, keep, reserve: Math.max(1, part(reserveShare)) });
  })
  .filter(({ length, keep }) => length > keep);

const lastTurn = (view: CacheView) => view.turns.at(-1) as TokenRange;

describe.each(matrix)("$name", ({ name, refuses }) => {
  const policy = policies[name];

  function answer(view: CacheView): TokenRange[] | undefined {
    try {
      return policy(view);
    } catch (error) {
      expect(error).toBeInstanceOf(WindowFullError);
      expect((error as WindowFullError).view).toBe(view);
      expect(refuses).toBe(true);
      return undefined;
    }
  }

  function forEveryView(check: (view: CacheView, ranges: readonly TokenRange[]) => void) {
    fc.assert(
      fc.property(anyView, (view) => {
        const ranges = answer(view);
        if (ranges) check(view, ranges);
      }),
      { numRuns: 500 },
    );
  }

  test("erases nothing where there is room", () => {
    expect(policy(viewOf(10, [20, 20], { contextSize: 58 }))).toEqual([]);
    forEveryView((view, ranges) => {
      if (excess(view) <= 0) expect(ranges).toEqual([]);
    });
  });

  test("frees the reserve, or refuses", () => {
    forEveryView((view, ranges) => {
      const room = refuses ? 1 : view.reserve;
      expect(view.length - totalLength(ranges) + room).toBeLessThanOrEqual(view.contextSize);
    });
    const full = viewOf(10, [30, 30]);
    expect(answer(full) === undefined).toBe(refuses ?? false);
  });

  test("names sorted, disjoint, half-open ranges between the head and the end", () => {
    forEveryView((view, ranges) => {
      let end = view.keep;
      for (const range of ranges) {
        expect(range.start).toBeGreaterThanOrEqual(end);
        expect(range.end).toBeGreaterThan(range.start);
        end = range.end;
      }
      expect(end).toBeLessThanOrEqual(view.length);
    });
  });

  test("leaves something of the current turn", () => {
    forEveryView((view, ranges) => {
      const { start, end } = lastTurn(view);
      const inTurn = ranges.map((range) => Math.max(0, range.end - Math.max(range.start, start)));
      expect(inTurn.reduce((sum, tokens) => sum + tokens, 0)).toBeLessThan(end - start);
      expect(ranges.at(-1)?.end ?? 0).toBeLessThan(view.length);
    });
  });

  test("is pure", () => {
    forEveryView((view, ranges) => {
      expect(policy(view)).toEqual(ranges);
    });
  });
});

test("the matrix has every policy", () => {
  expect(matrix.map(({ name }) => name).sort()).toEqual(Object.keys(policies).sort());
});

type Row = readonly [what: string, view: CacheView, ranges: readonly [start: number, end: number][]];

describe.each<[WindowPolicyName, readonly Row[]]>([
  [
    "turns",
    [
      ["one turn is enough", viewOf(10, [20, 20, 20]), [[10, 30]]],
      ["two turns leave as one range", viewOf(10, [5, 5, 20, 30]), [[10, 40]]],
      ["a turn too many stays", viewOf(10, [14, 20, 20]), [[10, 24]]],
      [
        "what --keep holds of a turn stays",
        viewOf(10, [20, 20, 20], { keep: 15 }),
        [
          [15, 28],
          [30, 50],
        ],
      ],
      ["a turn inside what is kept stays whole", viewOf(10, [5, 20, 30], { keep: 16 }), [[16, 33]]],
      ["a turn of which only its tail is left stays", viewOf(10, [20, 20, 20], { keep: 28 }), [[30, 50]]],
      ["a turn larger than the window is cut inside", viewOf(10, [80]), [[10, 44]]],
      ["the turns before it leave first", viewOf(10, [20, 80]), [[10, 64]]],
    ],
  ],
  [
    "sinks",
    [
      ["just enough behind the head", viewOf(10, [20, 20, 20]), [[10, 24]]],
      ["four tokens where the head is smaller", viewOf(1, [20, 20, 20]), [[4, 9]]],
      ["four tokens without a head", viewOf(0, [100]), [[4, 48]]],
      ["what --keep holds", viewOf(10, [20, 20, 20], { keep: 15 }), [[15, 29]]],
    ],
  ],
  [
    "shift",
    [
      ["half of what follows the head", viewOf(10, [20, 20, 20]), [[10, 40]]],
      ["the smaller half of an odd number", viewOf(10, [20, 20, 21]), [[10, 40]]],
      ["half of what --keep leaves", viewOf(10, [20, 20, 20], { keep: 16 }), [[16, 43]]],
      ["more where half is not enough", viewOf(10, [100]), [[10, 64]]],
      ["from the first token without a head", viewOf(0, [60]), [[0, 30]]],
    ],
  ],
  [
    "stop",
    [
      ["nothing where a token has room", viewOf(10, [50], { contextSize: 61 }), []],
      ["nothing for the sake of the reserve", viewOf(10, [53]), []],
    ],
  ],
])("%s erases", (name, rows) => {
  test.each(rows)("%s", (_, view, ranges) => {
    expect(policies[name](view)).toEqual(ranges.map(([start, end]) => ({ start, end })));
  });
});

test("turns drops whole turns, and of one that is kept in part all but its tail, wherever the current one fits beside that", () => {
  fc.assert(
    fc.property(anyView, (view) => {
      const { start, end } = lastTurn(view);
      const kept = view.keep + tailTokens + (end - start);
      if (view.keep > start || kept + view.reserve > view.contextSize) return;
      const erased = new Set(policies.turns(view).flatMap((range) => positionsOf(range)));
      for (const turn of view.turns) {
        const behindHead = positionsOf(turn).filter((position) => position >= view.keep).length;
        const gone = positionsOf(turn).filter((position) => erased.has(position)).length;
        expect([0, turn.start < view.keep ? Math.max(0, behindHead - turn.tail) : behindHead]).toContain(gone);
      }
    }),
    { numRuns: 500 },
  );
});

function positionsOf({ start, end }: TokenRange): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

test("sinks keeps the first four tokens where nothing asks for them", () => {
  fc.assert(
    fc.property(anyView, (view) => {
      for (const { start } of policies.sinks(view)) expect(start).toBeGreaterThanOrEqual(4);
    }),
  );
});

test("stop says what was full", () => {
  const view = viewOf(10, [54]);
  expect(() => policies.stop(view)).toThrow("the context is full");
});
