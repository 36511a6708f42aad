// Both ways of `kvchat explain`: the counts are the formula's, the tokens those of an ordinary greedy run.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Token } from "../../../src/session/engine/engine.ts";
import { explainReport, formulaWith, formulaWithout } from "../../../src/session/explain/explain-report.ts";
import { type Computes, type ExplainStep, measureSteps } from "../../../src/session/explain/measure.ts";
import { openExplain } from "../../../src/session/explain/open-explain.ts";
import { evaluate, greedyTokens, openTestEngine, testSettings } from "../../helpers/conversation.ts";
import { gemma3Path, smollm2Path } from "../../helpers/models.ts";

async function all(steps: AsyncIterable<ExplainStep>): Promise<ExplainStep[]> {
  const seen: ExplainStep[] = [];
  for await (const step of steps) seen.push(step);
  return seen;
}

/** Says, after a context of n tokens, what `answer` says of it; evaluates two tokens at a time. */
class ScriptedEngine implements Computes {
  cells: Token[] = [];
  evaluated = 0;
  readonly #answer: (cells: readonly Token[]) => Token;
  readonly #onBatch: () => void;

  constructor(answer = (cells: readonly Token[]) => cells.length, onBatch = () => {}) {
    this.#answer = answer;
    this.#onBatch = onBatch;
  }
  get length() {
    return this.cells.length;
  }
  clear() {
    this.cells = [];
  }
  startSampling() {
    this.evaluated = 0;
  }
  async sample() {
    return this.#answer(this.cells);
  }
  async decode(token: Token) {
    this.cells.push(token);
    this.evaluated++;
  }
  async *prefill(tokens: readonly Token[], signal?: AbortSignal) {
    for (let done = 0; done < tokens.length; done += 2) {
      if (signal?.aborted) return;
      const batch = tokens.slice(done, done + 2);
      this.cells.push(...batch);
      this.evaluated += batch.length;
      this.#onBatch();
      yield done + batch.length;
    }
  }
}

const prompts = (length: number) => Array.from({ length }, (_, index) => 1000 + index);
const head = {
  model: "m",
  backend: "CPU",
  prompt: "p",
  text: "",
  stopped: false,
  kv: { typeK: "f16", typeV: "f16", bytesPerToken: 10 },
} as const;

describe("counts", () => {
  test("a prompt of 2 and 99 steps: 5,049 tokens against 100", async () => {
    const [cached, uncached] = [new ScriptedEngine(), new ScriptedEngine()];
    const steps = await all(
      measureSteps({ cached, uncached, prompt: prompts(2), steps: 99, heldBytes: (tokens) => tokens * 10 }),
    );
    const report = explainReport({ ...head, promptTokens: 2 }, steps);
    expect([report.without.computedTokens, report.with.computedTokens]).toEqual([5049, 100]);
    expect([report.without.formulaTokens, report.with.formulaTokens]).toEqual([5049, 100]);
    expect([uncached.evaluated, cached.evaluated]).toEqual([5049, 100]);
    expect(steps.slice(0, 3).map((step) => step.with.computedTokens)).toEqual([2, 1, 1]);
    expect(steps.at(-1)?.with.cacheBytes).toBe(1000);
    expect(report.firstDifference).toBeNull();
  });

  test("the formula is the sum, whatever the lengths", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 200 }), (prompt, steps) => {
        const each = Array.from({ length: steps }, (_, step) => prompt + step);
        expect(formulaWithout(prompt, steps)).toBe(each.reduce((sum, tokens) => sum + tokens, 0));
        expect(formulaWith(prompt, steps)).toBe(steps === 0 ? 0 : prompt + (steps - 1));
      }),
    );
  });
});

describe.each([
  ["smollm2", smollm2Path, 23_040],
  ["gemma3-270m", gemma3Path, 18_432],
] as const)("%s", (_, path, bytesPerToken) => {
  test("both ways write what a greedy run writes, and count what the formula says", async () => {
    const modelPath = await path();
    const prompt = "The sky is blue because";
    const steps = 6;
    await using opened = await openExplain({
      settings: testSettings(modelPath, { ctxSize: undefined }),
      prompt,
      steps,
    });
    const { measured } = opened;
    const seen = await all(measureSteps(measured));

    await using engine = await openTestEngine(modelPath);
    const start = engine.bosToken === undefined ? [] : [engine.bosToken];
    expect(measured.prompt).toEqual([...start, ...engine.tokenize(prompt, false)]);
    await evaluate(engine, measured.prompt);
    const expected = await greedyTokens(engine, steps);
    expect(seen.map((step) => step.with.token)).toEqual(expected);
    expect(seen.map((step) => step.without.token)).toEqual(expected);

    const promptTokens = measured.prompt.length;
    const { without, with: withCache } = explainReport({ ...head, promptTokens }, seen);
    expect(without.computedTokens).toBe(without.formulaTokens);
    expect(withCache.computedTokens).toBe(withCache.formulaTokens);
    expect(opened.bytesPerToken).toBe(bytesPerToken);
    expect(withCache.steps.at(-1)?.cacheBytes).toBe((promptTokens + steps - 1) * bytesPerToken);
  });
});

describe("a stop", () => {
  test("in the middle of a step leaves the whole steps before it", async () => {
    const abort = new AbortController();
    const uncached = new ScriptedEngine(undefined, () => uncached.evaluated === 22 && abort.abort());
    const options = { cached: new ScriptedEngine(), uncached, prompt: prompts(3), steps: 50, heldBytes: () => 0 };
    const steps = await all(measureSteps(options, abort.signal));
    // 3 + 4 + 5 + 6 are 18: the stop comes when four of seven tokens of the next step are done.
    expect(steps.map((step) => step.without.computedTokens)).toEqual([3, 4, 5, 6]);
  });

  test("before the first step leaves none", async () => {
    const options = { cached: new ScriptedEngine(), uncached: new ScriptedEngine(), prompt: prompts(3), steps: 5 };
    const steps = await all(measureSteps({ ...options, heldBytes: () => 0 }, AbortSignal.abort()));
    expect(explainReport({ ...head, promptTokens: 3, stopped: true }, steps)).toMatchObject({
      without: { computedTokens: 0, prefillMs: 0, decodeMs: null },
      with: { computedTokens: 0, formulaTokens: 0 },
    });
  });
});

test("ways that part are told by the step, and each goes on with its own tokens", async () => {
  const cached = new ScriptedEngine();
  const uncached = new ScriptedEngine((cells) => (cells.length === 5 ? 77 : cells.length));
  const steps = await all(measureSteps({ cached, uncached, prompt: prompts(3), steps: 4, heldBytes: () => 0 }));
  expect(explainReport({ ...head, promptTokens: 3 }, steps).firstDifference).toBe(3);
  expect(uncached.cells.slice(3)).toEqual([3, 4, 77]);
  expect(cached.cells.slice(3)).toEqual([3, 4, 5]);
});

test("prefill is told apart from decode, whose median it is", () => {
  const cost = (ms: number) => ({ token: 1, computedTokens: 1, ms, cacheBytes: 0 });
  const steps = [90, 5, 7, 100, 6].map((ms, index) => ({ step: index + 1, with: cost(ms), without: cost(ms * 2) }));
  const { with: withCache, without } = explainReport({ ...head, promptTokens: 1 }, steps);
  expect([withCache.prefillMs, withCache.decodeMs, withCache.totalMs]).toEqual([90, 6.5, 208]);
  expect([without.prefillMs, without.decodeMs]).toEqual([180, 13]);
});
