// `/set` on a scripted conversation: each setting by kvchat's names and by those of other chats, and what is said to wrong ones.
import { describe, expect, test } from "vitest";
import { FakeConversation, type FakeOptions } from "../../../helpers/fake-conversation.ts";
import { runCommand } from "../../../helpers/run-command.ts";

/** What a typed command said and did. */
async function run(line: string, options: Partial<FakeOptions> = {}) {
  const conversation = new FakeConversation({ answers: [], ...options });
  const said = await runCommand(line, conversation);
  return { said, conversation };
}

describe("/set", () => {
  test("alone shows all", async () => {
    const { said } = await run("/set");
    for (const shown of [
      /^temp +0\.8 /m,
      /^top-k +40 /m,
      /^top-p +0\.95 /m,
      /^min-p +0\.05 /m,
      /^repeat-penalty +1 /m,
      /^seed +42 /m,
      /^reasoning +auto /m,
      /^n-predict +-1 /m,
      /^ctx-size +512 /m,
      /^verbose, quiet /m,
    ])
      expect(said[0]).toMatch(shown);
  });

  test.each([
    ["/set temp 0.2", { temperature: 0.2 }, "temp 0.8 → 0.2, from the next answer on"],
    ["/set temp=0", { temperature: 0 }, "temp 0.8 → 0: always the likeliest token, from the next answer on"],
    ["/set --top-k 5", { topK: 5 }, "top-k 40 → 5, from the next answer on"],
    ["/set parameter temperature 0.2", { temperature: 0.2 }, "temp 0.8 → 0.2, from the next answer on"],
    ["/set Temperature 0.2", { temperature: 0.2 }, "temp 0.8 → 0.2, from the next answer on"],
    ["/set parameter repeat_penalty 1.1", { repeatPenalty: 1.1 }, "repeat-penalty 1 → 1.1, from the next answer on"],
    ["/set top_p .5", { topP: 0.5 }, "top-p 0.95 → 0.5, from the next answer on"],
    ["/set repeat-penalty 1.1", { repeatPenalty: 1.1 }, "repeat-penalty 1 → 1.1, from the next answer on"],
    ["/set seed 4294967295", { seed: 4294967295 }, "seed 42 → 4294967295, from the next answer on"],
  ])("%s", async (line, changes, note) => {
    const { said, conversation } = await run(line);
    expect(said).toEqual([note]);
    expect(conversation.sampling).toMatchObject(changes);
  });

  test("with a name alone tells its value", async () => {
    expect((await run("/set top-k")).said).toEqual(["top-k is 40"]);
  });

  test.each([
    ["/set temp hot", "temp cannot be “hot”\nGive a number from 0 to 100."],
    ["/set temp -1", "temp cannot be “-1”\nGive a number from 0 to 100."],
    ["/set top-k 1.5", "top-k cannot be “1.5”\nGive a whole number from 0 to 1000000."],
    ["/set top-p 2", "top-p cannot be “2”\nGive a number from 0 to 1."],
    ["/set seed 4294967296", "seed cannot be “4294967296”\nGive a whole number from 0 to 4294967295."],
    ["/set temp 1 2", "temp cannot be “1 2”\nGive a number from 0 to 100."],
    ["/set tmp 1", "there is no setting “tmp”\nThe nearest is temp; /set alone lists them all."],
    ["/set history", "there is no setting “history”\n/set alone lists them all."],
    ["/set verbose 3", "verbose is on or off, not “3”\n/set verbose is on, /set verbose off is off."],
  ])("%s is refused and changes nothing", async (line, refusal) => {
    const { said, conversation } = await run(line);
    expect(said).toEqual([refusal]);
    expect(conversation.sampling).toEqual(new FakeConversation({ answers: [] }).sampling);
  });
});

describe("/set reasoning", () => {
  const answers = "reasoning auto → off: the model answers without thinking, from the next answer on";
  const thinks = "reasoning auto → on: the model thinks before it answers, from the next answer on";

  test.each([
    ["/set reasoning off", "off", answers],
    ["/set Reasoning=OFF", "off", answers],
    ["/set think off", "off", answers],
    ["/set nothink", "off", answers],
    ["/set --reasoning on", "on", thinks],
    ["/set think", "on", thinks],
    ["/set reasoning", "auto", "reasoning is auto: the model's chat template decides"],
  ])("%s", async (line, reasoning, note) => {
    const { said, conversation } = await run(line);
    expect(said).toEqual([note]);
    expect(conversation.reasoning).toBe(reasoning);
  });

  test("tells what the template cannot do, and what is read again", async () => {
    const reasoningEffect = { limit: "there is no switch", again: 12 };
    const note =
      "reasoning auto → off: there is no switch; 12 tokens in the cache are read again with your next message";
    expect((await run("/set reasoning off", { reasoningEffect })).said).toEqual([note]);
  });

  test.each([
    ["/set reasoning maybe", "maybe"],
    ["/set think off now", "off now"],
    ["/set nothink on", "on"],
  ])("%s is refused", async (line, value) => {
    const { said, conversation } = await run(line);
    expect(said).toEqual([`reasoning cannot be “${value}”\nGive one of on, off, auto.`]);
    expect(conversation.reasoning).toBe("auto");
  });
});

describe("what Ollama sets", () => {
  test.each([
    ["/set num_predict 40", 40, "n-predict -1 → 40, from the next answer on"],
    ["/set n-predict 0", 0, "n-predict -1 → 0, from the next answer on"],
    ["/set parameter num_predict", -1, "n-predict is -1"],
    ["/set num_predict long", -1, "n-predict cannot be “long”\nGive a whole number from -1 to 2147483647."],
  ])("%s", async (line, limit, note) => {
    const { said, conversation } = await run(line);
    expect(said).toEqual([note]);
    expect(conversation.answerLimit).toBe(limit);
  });

  test.each([
    ["/set system Be kind.\nAnd brief.", "Be kind.\nAnd brief."],
    ["/set --system Be kind.", "Be kind."],
    ["/set system", "Be brief."],
  ])("%j", async (line, prompt) => {
    expect((await run(line)).conversation.systemPrompt).toBe(prompt);
  });

  test.each([
    ["/set verbose", ["figures: true", "each answer is followed by its figures from now on"]],
    ["/set verbose off", ["figures: false", "answers come without figures from now on"]],
    ["/set quiet", ["figures: false", "answers come without figures from now on"]],
    ["/set num_ctx", ["ctx-size is 512"]],
    ["/set ctx-size 512", ["ctx-size is 512 already"]],
    ["/set num_ctx 0", ["ctx-size cannot be “0”\nGive a whole number from 1 to 2147483647."]],
    [
      "/set parameter num_ctx 4096",
      [
        "the context goes from 512 to 4,096 tokens: the model is loaded anew",
        'reopened: {"ctxSize":4096}',
        "the context is 512 tokens now, 11.3 MiB of cache",
      ],
    ],
  ])("%s says %j", async (line, said) => {
    expect((await run(line)).said).toEqual(said);
  });
});
