// The slash commands for branches, on a conversation over an engine without a model.
import { describe, expect, test } from "vitest";
import { slashCommands } from "../../../../src/cli/chat/commands/slash-commands.ts";
import { take } from "../../../helpers/conversation.ts";
import { openFakeChat } from "../../../helpers/fake-engine.ts";
import { runCommand } from "../../../helpers/run-command.ts";

/** Questions Q1, Q2, … and answers A1, A2, … */
async function chatOf(turns: number) {
  const { chat, engine } = openFakeChat({ facts: { contextSize: 2048 } });
  for (let answer = 1; answer < 20; answer++) engine.answers.push(`A${answer}`);
  for (let turn = 1; turn <= turns; turn++) await take(chat.send(`Q${turn}`));
  const said = () => chat.messages.map(({ content }) => content).join(" ");
  return { chat, engine, said, run: (line: string) => runCommand(line, chat) };
}

describe("/edit", () => {
  test.each([
    ["/edit", ["edit 3: Q3"]],
    ["/edit 1", ["edit 1: Q1"]],
    ["/edit 4", ["you have no message 4\nCount your messages from 1; the last is 3."]],
    ["/edit x", ["you have no message x\nCount your messages from 1; the last is 3."]],
    ["/edit 1.5", ["you have no message 1.5\nCount your messages from 1; the last is 3."]],
  ])("%s of three says %j", async (line, wanted) => {
    const { run, said } = await chatOf(3);
    expect(await run(line)).toEqual(wanted);
    expect(said()).toBe("Q1 A1 Q2 A2 Q3 A3");
  });

  test("needs a message", async () => {
    expect(await (await chatOf(0)).run("/edit")).toEqual(["there is no message to edit\nSay something first."]);
  });
});

test("Tab tells messages and versions by their numbers", async () => {
  const { chat } = await chatOf(2);
  await take(chat.regenerate());
  const told = async (line: string, name: string) => {
    const completion = await slashCommands.find((one) => one.name === name)?.complete?.(line, { conversation: chat });
    return completion?.candidates.map(({ text, detail }) => [text, detail ?? ""].join(" ").trim());
  };
  expect(await told("", "edit")).toEqual(["2 Q2", "1 Q1"]);
  expect(await told("", "branch")).toEqual(["next", "prev", "1 A2", "2 A3"]);
  expect(await told("2 ", "branch")).toEqual([]);
});

describe("/branch", () => {
  /** Turn 2 has two questions, the second of them two answers. */
  async function branched() {
    const opened = await chatOf(3);
    await take(opened.chat.edit(2, "E2"));
    await take(opened.chat.regenerate());
    return opened;
  }

  test("lists what was said in more than one way", async () => {
    const { run } = await branched();
    expect(await run("/branch")).toEqual([
      ["turn 2, question 2/2", "  1  Q2", "› 2  E2", "turn 2, answer 2/2", "  1  A4", "› 2  A5"].join("\n"),
    ]);
  });

  test.each([
    ["/branch prev", ["turn 2, answer 1/2", "drawn: A4"], "Q1 A1 E2 A4"],
    ["/branch 1", ["turn 2, answer 1/2", "drawn: A4"], "Q1 A1 E2 A4"],
    ["/branch 2 1", ["turn 2, answer 1/2", "drawn: A4"], "Q1 A1 E2 A4"],
    ["/branch 2 question 1", ["turn 2, question 1/2", "drawn: Q2 A2 Q3 A3"], "Q1 A1 Q2 A2 Q3 A3"],
    ["/branch 2 question prev", ["turn 2, question 1/2", "drawn: Q2 A2 Q3 A3"], "Q1 A1 Q2 A2 Q3 A3"],
    ["/branch 2", ["turn 2, answer 2/2 is the one you see"], "Q1 A1 E2 A5"],
    ["/branch next", ["turn 2 has 2 answers\nYou see 2/2; /branch lists them."], "Q1 A1 E2 A5"],
    ["/branch 3", ["turn 2 has 2 answers\nYou see 2/2; /branch lists them."], "Q1 A1 E2 A5"],
    ["/branch 0", ["turn 2 has 2 answers\nYou see 2/2; /branch lists them."], "Q1 A1 E2 A5"],
    ["/branch 1 1", ["there is no branch “1 1”\n/branch alone lists them: /branch TURN N goes to one."], "Q1 A1 E2 A5"],
    ["/branch x", ["there is no branch “x”\n/branch alone lists them: /branch TURN N goes to one."], "Q1 A1 E2 A5"],
    [
      "/branch 2 thought 1",
      ["there is no branch “2 thought 1”\n/branch alone lists them: /branch TURN N goes to one."],
      "Q1 A1 E2 A5",
    ],
  ])("%s says %j", async (line, wanted, after) => {
    const { run, said } = await branched();
    expect(await run(line)).toEqual(wanted);
    expect(said()).toBe(after);
  });

  test("prev and next pass all versions, at whichever place they are", async () => {
    const { run, said } = await branched();
    const seen = [said()];
    for (const line of ["/branch prev", "/branch prev", "/branch next", "/branch prev", "/branch prev"]) {
      await run(line);
      seen.push(said());
    }
    const first = "Q1 A1 Q2 A2 Q3 A3";
    expect(seen).toEqual(["Q1 A1 E2 A5", "Q1 A1 E2 A4", first, "Q1 A1 E2 A5", "Q1 A1 E2 A4", first]);
  });

  test("tells of branches further on", async () => {
    const { run, chat } = await chatOf(3);
    await take(chat.regenerate());
    await take(chat.edit(2, "E2"));
    expect(await run("/branch prev")).toEqual(["turn 2, question 1/2", "drawn: Q2 A2 Q3 A4", "turn 3, answer 2/2"]);
  });

  test.each(["/branch next", "/branch prev", "/branch 1"])("%s leads back to what was taken back", async (line) => {
    const { run, said } = await chatOf(2);
    await run("/undo");
    expect(await run("/branch")).toEqual(["turn 2, question 1, taken back\n  1  Q2"]);
    expect(await run(line)).toEqual(["turn 2, question 1/1", "drawn: Q2 A2"]);
    expect(said()).toBe("Q1 A1 Q2 A2");
  });

  test("needs a branch", async () => {
    const { run } = await chatOf(1);
    for (const line of ["/branch", "/branch next"]) {
      expect(await run(line)).toEqual(["nothing was said in two ways yet\n/regen and /edit begin a branch."]);
    }
  });
});
