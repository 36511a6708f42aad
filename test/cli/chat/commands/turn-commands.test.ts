// The slash commands for what was said last, on a conversation over an engine without a model.
import { describe, expect, test } from "vitest";
import { take } from "../../../helpers/conversation.ts";
import { openFakeChat } from "../../../helpers/fake-engine.ts";
import { runCommand } from "../../../helpers/run-command.ts";

/** A chat in which these answers were given. */
async function chatOf(answers: readonly string[], nPredict = -1) {
  const { chat, engine } = openFakeChat({ parts: { nPredict } });
  for (const [index, answer] of answers.entries()) {
    engine.answers.push(answer);
    await take(chat.send(`question ${index + 1}`));
  }
  return { chat, run: (line: string) => runCommand(line, chat), engine };
}

const said = ({ messages }: { messages: readonly { content: string }[] }) => messages.map(({ content }) => content);

describe("/continue", () => {
  test("goes on with an answer that was cut off", async () => {
    const { run, engine, chat } = await chatOf(["One, two, three."], 4);
    engine.answers.push(" two");
    expect(await run("/continue")).toEqual(["turn: One, two"]);
    expect(said(chat)).toEqual(["question 1", "One, two"]);
  });

  test("says why there is nothing to go on with", async () => {
    expect(await (await chatOf([])).run("/continue")).toEqual([
      "there is no answer to go on with\nSay something first.",
    ]);
    expect(await (await chatOf(["One."])).run("/continue")).toEqual([
      "the answer ended by itself\n/regen answers once more; or ask for more.",
    ]);
  });
});

describe("/regen", () => {
  test("answers once more, with the next seed or a given one, and counts", async () => {
    const { run, engine, chat } = await chatOf(["One."]);
    engine.answers.push("Another one.", "A third.");
    expect(await run("/regen")).toEqual(["once more, with seed 8 (2/2)", "turn: Another one."]);
    expect(await run("/regen 99")).toEqual(["once more, with seed 99 (3/3)", "turn: A third."]);
    expect(said(chat)).toEqual(["question 1", "A third."]);
  });

  test("says that a seed is of no use to greedy sampling", async () => {
    const { run, chat } = await chatOf(["One."]);
    chat.setSampling({ temperature: 0 });
    expect((await run("/regen"))[0]).toBe("once more, with seed 8 (2/2); at temp 0 every seed says the same");
  });

  test.each(["x", "-1", "1.5", "4294967296"])("takes no seed %s", async (seed) => {
    const { run } = await chatOf(["One."]);
    expect(await run(`/regen ${seed}`)).toEqual([
      `a seed cannot be “${seed}”\nGive a whole number from 0 to 4294967295.`,
    ]);
  });
});

test("/undo gives the text back", async () => {
  const { run, chat } = await chatOf(["One.", "Two."]);
  expect(await run("/undo")).toEqual(["took back “question 2”; Alt-P leads back", "edit: question 2"]);
  expect(said(chat)).toEqual(["question 1", "One."]);
});

test("/clear forgets all turns", async () => {
  const { run, chat } = await chatOf(["One.", "Two."]);
  expect(await run("/clear")).toEqual(["the chat begins anew; the system prompt stays; Alt-P leads back"]);
  expect(said(chat)).toEqual([]);
});

test.each([
  ["/regen", "there is nothing to answer once more\nSay something first."],
  ["/undo", "there is no turn to take back\nSay something first."],
])("%s in an empty chat says %j", async (line, refusal) => {
  expect(await (await chatOf([])).run(line)).toEqual([refusal]);
});
