// Greedy answers equal those of node-llama-cpp's own sequence API on the same token ids.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KvType } from "../../src/session/settings.ts";
import { evaluate, greedyTokens, openChat, openTestEngine, take } from "../helpers/conversation.ts";
import { type ChatFormat, gemma3Format, smollm2Format } from "../helpers/conversation-chat-format.ts";
import { openReference, type Reference } from "../helpers/conversation-reference.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";

const questions = [
  "Why is the sky blue?",
  "Écris une phrase en français, s'il te plaît. 你好 👋🏽",
  "Write a list of three fruits, one a line.",
  'def fibonacci(n):\n    """Return the n-th number."""',
];
const count = 16;

const models: [string, () => Promise<string>, ChatFormat, [KvType, KvType][]][] = [
  [
    "smollm2",
    smollm2Path,
    smollm2Format,
    [
      ["f16", "f16"],
      ["q8_0", "q8_0"],
      ["q8_0", "q4_0"],
    ],
  ],
  [
    "gemma3-270m",
    gemma3Path,
    gemma3Format,
    [
      ["f16", "f16"],
      ["q8_0", "q8_0"],
      ["q8_0", "q4_0"],
    ],
  ],
];

const cases = models.flatMap(([name, path, format, types]) =>
  types.map(([typeK, typeV]) => ({ name, path, format, typeK, typeV })),
);

describe.each(cases)("$name, $typeK/$typeV", ({ path, format, typeK, typeV }) => {
  const types = { cacheTypeK: typeK, cacheTypeV: typeV };
  let modelPath: string;
  let reference: Reference;

  beforeAll(async () => {
    modelPath = await path();
    reference = await openReference(modelPath, { contextSize: 1024, typeK, typeV });
  });
  afterAll(() => reference[Symbol.asyncDispose]());

  /** What a chat of these turns comes to, from token ids alone. */
  async function expected(...turns: string[]) {
    const prompt = reference.tokenize(format.start);
    let answer: number[] = [];
    for (const [index, text] of turns.entries()) {
      if (index > 0) prompt.push(...answer, ...reference.tokenize(format.afterAnswer + format.user(text)));
      else prompt.splice(0, prompt.length, ...reference.tokenize(format.start + format.user(text)));
      answer = await reference.greedy(prompt, count);
    }
    return {
      text: reference.detokenize(answer),
      prompt: prompt.length,
      generated: answer.length,
      ids: answer,
      tokens: prompt,
    };
  }

  async function expectTurn(turn: Parameters<typeof take>[0], ...turns: string[]) {
    const { done } = await take(turn);
    const { text, prompt, generated } = await expected(...turns);
    expect({ text: done.text, prompt: done.tokens.prompt, generated: done.tokens.generated }).toEqual({
      text,
      prompt,
      generated,
    });
    return done;
  }

  test("first answers, and those after clear, are equal", async () => {
    await using chat = await openChat(modelPath, { ...types, ctxSize: 1024, nPredict: count });
    for (const question of questions) {
      await expectTurn(chat.send(question), question);
      chat.clear();
    }
  });

  test("second turns, regenerated answers and turns after an undo are equal, and reuse the cache", async () => {
    await using chat = await openChat(modelPath, { ...types, ctxSize: 1024, nPredict: count });
    const [first = "", second = "", third = ""] = questions;
    const begun = await expectTurn(chat.send(first), first);
    const followed = await expectTurn(chat.send(second), first, second);
    expect(followed.tokens.reused).toBeGreaterThanOrEqual(begun.tokens.prompt + begun.tokens.generated - 1);
    await expectTurn(chat.regenerate(), first, second);
    chat.undo();
    const other = await expectTurn(chat.send(third), first, third);
    expect(other.tokens.reused).toBeGreaterThanOrEqual(begun.tokens.prompt);
  });

  test("token ids are equal at the engine, read in one batch or in small ones", async () => {
    const { tokens, ids } = await expected(questions[0] as string);
    await using engine = await openTestEngine(modelPath, { ...types, batchSize: 16 });
    await evaluate(engine, tokens);
    expect(await greedyTokens(engine, count)).toEqual(ids);
    expect(ids.length).toBeGreaterThan(4);
  });
});
