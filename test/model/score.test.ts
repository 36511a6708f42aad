// What an engine says that the model expects: probabilities of the whole vocabulary, the same in every context of the model.
import { expect, test } from "vitest";
import type { Expectation, ScoringEngine, Token } from "../../src/session/engine/engine.ts";
import { openModel } from "../../src/session/engine/llama.ts";
import { loadAddon } from "../../src/session/engine/load-addon.ts";
import { checkChatModel } from "../../src/session/models/check-chat-model.ts";
import { kvShape } from "../../src/session/models/kv-shape.ts";
import { greedySampling } from "../helpers/conversation.ts";
import { smollm2Path } from "../helpers/models.ts";

const top = 600;

async function openTestModel() {
  const facts = await checkChatModel(await smollm2Path());
  const { path: modelPath, architecture, multiRope, vocabularySize } = facts;
  const options = { modelPath, architecture, multiRope, shape: kvShape(facts), gpuLayers: 0, mmap: true };
  const model = await openModel(loadAddon("off"), options);
  const open = (type: "f16" | "q4_0") =>
    model.openContext({
      contextSize: 256,
      batchSize: 32,
      threads: 1,
      typeK: type,
      typeV: type,
      flashAttention: "auto",
      swaFull: false,
    });
  return { open, vocabularySize, [Symbol.asyncDispose]: () => model[Symbol.asyncDispose]() };
}

async function scoreAll(
  engine: ScoringEngine,
  tokens: readonly Token[],
  wanted: (index: number) => ArrayLike<Token>,
): Promise<Expectation[]> {
  const seen: Expectation[] = [];
  for await (const expectation of engine.score(tokens, { from: 38, top, wanted })) seen.push(expectation);
  return seen;
}

const sum = (logProbs: Float64Array) => logProbs.reduce((total, logProb) => total + Math.exp(logProb), 0);

test("probabilities are those of the model, and the same in another context", async () => {
  await using model = await openTestModel();
  await using engine = await model.open("f16");
  const tokens = engine.tokenize("The harbour was quiet, and the boats lay side by side. ".repeat(4), false);
  const everything = Array.from({ length: model.vocabularySize }, (_, token) => token);
  const seen = await scoreAll(engine, tokens, (index) => (index === 38 ? everything : [tokens[index + 1] ?? 0]));

  expect(seen.map(({ index }) => index)).toEqual(Array.from({ length: tokens.length - 38 }, (_, place) => 38 + place));
  const [first] = seen;
  expect(sum(first?.wanted ?? new Float64Array())).toBeCloseTo(1, 5);
  for (const { tokens: likeliest, logProbs, wanted, index } of seen) {
    expect(likeliest.length).toBe(top);
    expect([...logProbs]).toEqual([...logProbs].sort((a, b) => b - a));
    expect(sum(logProbs)).toBeLessThanOrEqual(1);
    const rank = likeliest.indexOf(tokens[index + 1] ?? -1);
    if (index > 38 && rank >= 0) expect(wanted[0]).toBe(logProbs[rank]);
  }
  engine.startSampling(greedySampling, []);
  expect(await engine.sample()).toBe(seen.at(-1)?.tokens[0]);

  await using other = await model.open("f16");
  const again = await scoreAll(other, tokens, (index) => seen[index - 38]?.tokens ?? []);
  expect(again.map(({ wanted }) => wanted)).toEqual(seen.map(({ logProbs }) => logProbs));

  await using quantised = await model.open("q4_0");
  const worse = await scoreAll(quantised, tokens, () => []);
  expect(worse.map(({ logProbs }) => logProbs)).not.toEqual(seen.map(({ logProbs }) => logProbs));
});
