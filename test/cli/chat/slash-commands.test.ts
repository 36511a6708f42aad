// Each slash command on a scripted conversation, and what is said to wrong names and values.
import { describe, expect, test } from "vitest";
import { slashCommands } from "../../../src/cli/chat/slash-commands.ts";
import { FakeConversation, type FakeOptions } from "../../helpers/fake-conversation.ts";
import { runCommand } from "../../helpers/run-command.ts";

/** What a typed command said and did. */
async function run(line: string, options: Partial<FakeOptions> = {}) {
  const conversation = new FakeConversation({ answers: [], ...options });
  const said = await runCommand(line, conversation);
  return { said, conversation };
}

describe("a command", () => {
  test("/help names every command", async () => {
    const { said } = await run("/help");
    for (const { name } of slashCommands) expect(said[0]).toMatch(new RegExp(`/${name}\\b`));
  });

  test("/help commands tells every command and its argument", async () => {
    const { said } = await run("/help commands");
    for (const { name, argument, summary } of slashCommands) {
      expect(said[0]).toContain(`/${name} ${argument}`.trimEnd());
      expect(said[0]).toContain(summary);
    }
  });

  test.each([
    ["/quit", ["leave"]],
    ["/help /Undo", ["/undo  take the last turn back into the input"]],
    ["/help keys", [expect.stringMatching(/^Enter .*\n(.*\n)+Ctrl-D .*leave/)]],
    ["/help me", ["there is no help on “me”\nSay /help keys, /help commands, or /help and a command."]],
    ["/system", ["system prompt: Be brief."]],
  ])("%s says %j", async (line, wanted) => {
    expect((await run(line)).said).toEqual(wanted);
  });

  test.each([
    [
      "/system Be kind.",
      "Be kind.",
      "the system prompt is set; the 12 tokens in the cache are read again with your next message",
    ],
    ['/system ""', "", "the system prompt is gone; the 12 tokens in the cache are read again with your next message"],
  ])("%s", async (line, systemPrompt, note) => {
    const { said, conversation } = await run(line);
    expect(said).toEqual([note]);
    expect(conversation.systemPrompt).toBe(systemPrompt);
  });
});

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
    ])
      expect(said[0]).toMatch(shown);
  });

  test.each([
    ["/set temp 0.2", { temperature: 0.2 }, "temp 0.8 → 0.2, from the next answer on"],
    ["/set temp=0", { temperature: 0 }, "temp 0.8 → 0: always the likeliest token, from the next answer on"],
    ["/set --top-k 5", { topK: 5 }, "top-k 40 → 5, from the next answer on"],
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
    ["/set tmp 1", "there is no setting “tmp”\nDid you mean temp? /set alone lists them all."],
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
