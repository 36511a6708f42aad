// Each slash command on a scripted conversation, and what is said to wrong names and values.
import { describe, expect, test } from "vitest";
import { examples } from "../../../../src/cli/chat/commands/examples.ts";
import { parseCommand } from "../../../../src/cli/chat/commands/parse-command.ts";
import { slashCommands } from "../../../../src/cli/chat/commands/slash-commands.ts";
import { FakeConversation, type FakeOptions } from "../../../helpers/fake-conversation.ts";
import { runCommand } from "../../../helpers/run-command.ts";

/** What a typed command said and did. */
async function run(line: string, options: Partial<FakeOptions> = {}) {
  const conversation = new FakeConversation({ answers: [], ...options });
  const said = await runCommand(line, conversation);
  return { said, conversation };
}

test("/system says where the model's template has a system prompt of its own", async () => {
  const conversation = new FakeConversation({ answers: [] });
  conversation.systemPrompt = "";
  const said = async (line: string) => (await runCommand(line, conversation)).join("\n");
  expect(await said("/system")).toBe("there is no system prompt");
  conversation.ownSystemPrompt = "You are kind.";
  const own = "the model's template brings its own of 3 tokens: “You are kind.”";
  expect(await said("/system")).toBe(`there is no system prompt of yours: ${own}`);
  const gone = "the system prompt is gone; the 12 tokens in the cache are read again with your next message";
  expect(await said('/system ""')).toBe(`${gone}; ${own}`);
  expect(await said("/system Be brief.")).not.toContain(own);
});

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
    ["/help edit", [expect.stringMatching(/^\/edit \[N\] +say something else .*\n\/edit 2 +your second message /)]],
    ["/help retry", [expect.stringMatching(/^\/regen \[seed\] .*\n\/regen 7 .*\n\/regenerate, \/retry +the same$/)]],
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
    [
      '/system """\nBe kind.\nAnd brief."""',
      "Be kind.\nAnd brief.",
      "the system prompt is set; the 12 tokens in the cache are read again with your next message",
    ],
    ['/system ""', "", "the system prompt is gone; the 12 tokens in the cache are read again with your next message"],
  ])("%s", async (line, systemPrompt, note) => {
    const { said, conversation } = await run(line);
    expect(said).toEqual([note]);
    expect(conversation.systemPrompt).toBe(systemPrompt);
  });
});

test("every command that takes an argument has an example, which is one of it", () => {
  for (const { name } of slashCommands.filter(({ argument }) => argument !== "")) {
    const lines = examples.get(name)?.map(([line]) => line) ?? [];
    expect(lines.length, name).toBeGreaterThan(0);
    for (const line of lines) expect(parseCommand(line)?.command?.name).toBe(name);
  }
});
