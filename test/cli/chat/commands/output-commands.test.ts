// What was said, written to files and put in the clipboard.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lastCodeBlock } from "../../../../src/cli/chat/commands/last-code.ts";
import { copyBytes } from "../../../../src/cli/chat/terminal/clipboard.ts";
import { take } from "../../../helpers/conversation.ts";
import { openFakeChat } from "../../../helpers/fake-engine.ts";
import { runCommand } from "../../../helpers/run-command.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

async function chatOf(...answers: string[]) {
  const { chat, engine } = openFakeChat({ facts: { contextSize: 200_000 } });
  for (const [index, answer] of answers.entries()) {
    engine.answers.push(answer);
    await take(chat.send(`question ${index + 1}`));
  }
  return {
    chat,
    run: (line: string, isSure = false) => runCommand(line, chat, isSure ? { confirm: async () => true } : {}),
  };
}

describe("/export", () => {
  test.each([
    ["a.md", "", /^# question-1\n[\s\S]*## Assistant\n\nOne\.\n/],
    ["a.html", "", /^<!doctype html>/],
    ["a.jsonl", "", /^\{"role":"user","content":"question 1"\}\n\{"role":"assistant","content":"One\."\}\n$/],
    ["a.json", "", /^\{\n {2}"format": "kvchat-session"/],
    ["a.txt", "", /^# question-1\n/],
    ["a.txt", " json", /^\{\n {2}"format"/],
    ["with spaces.md", " HTML", /^<!doctype html>/],
  ])("%s%s", async (name, format, wanted) => {
    const { run } = await chatOf("One.");
    const path = join(tempFolder(), name);
    const [note] = await run(`/export ${path}${format}`);
    expect(note).toMatch(/^wrote 2 messages to .* \([\d.]+ (B|KiB)\)$/);
    expect(readFileSync(path, "utf8")).toMatch(wanted);
  });

  test("into a folder takes the chat's name, a quoted path is one", async () => {
    const { run } = await chatOf("One.");
    const folder = tempFolder();
    await run(`/export "${folder}" jsonl`);
    expect(existsSync(join(folder, "question-1.jsonl"))).toBe(true);
  });

  test("overwrites nothing without a yes", async () => {
    const { run } = await chatOf("One.");
    const path = join(tempFolder(), "a.md");
    writeFileSync(path, "mine");
    expect(await run(`/export ${path}`)).toEqual([`"${path}" is there already.`, "nothing was written"]);
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(await run(`/export ${path}`, true)).toEqual([expect.stringMatching(/^wrote 2 messages/)]);
    expect(readFileSync(path, "utf8")).toMatch(/^# question-1/);
  });

  test("says what is wrong", async () => {
    const { run } = await chatOf("One.");
    expect((await run("/export /nowhere/at/all.md"))[0]).toMatch(/^Cannot write "\/nowhere\/at\/all\.md": /);
    const empty = await chatOf();
    expect(await empty.run("/export")).toEqual(["there is nothing to write down\nSay something first."]);
  });
});

describe("/copy", () => {
  const code = "So:\n\n```sh\nls\n```\n\nor\n\n```js\nlet a = 1;\n\tb();\n```\nDone.";

  test.each([
    ["/copy", "copied: Two."],
    ["/copy 1", `copied: ${code}`],
    ["/copy 1 code", "copied: let a = 1;\n\tb();"],
    ["/copy 3", "there is no answer 3\nThe last is 2."],
    ["/copy x", "there is no answer x\nThe last is 2."],
    ["/copy code", "there is no code in this answer\n/copy N takes answer N."],
  ])("%s says %j", async (line, wanted) => {
    const { run } = await chatOf(code, "Two.");
    expect((await run(line))[0]).toBe(wanted);
  });

  test("tells how much it copied, and that a terminal may refuse", async () => {
    const { run } = await chatOf("Two.");
    expect((await run("/copy"))[1]).toMatch(/^copied answer 1 \(4 characters\) by OSC 52, which a terminal may refuse/);
  });

  test("copies no control characters, and nothing that is too large", async () => {
    const { run } = await chatOf("a\u001b]52;c;aGk=\u0007b\u009b", "x".repeat(80_000));
    expect((await run("/copy 1"))[0]).toBe("copied: a]52;c;aGk=b");
    expect(await run("/copy")).toEqual([
      "78.1 KiB are more than terminals take: 74,994 bytes at most\n/export FILE writes all to a file; /copy code takes the last code alone.",
    ]);
  });

  test("needs an answer", async () => {
    expect(await (await chatOf()).run("/copy")).toEqual(["there is no answer to copy\nSay something first."]);
  });

  test("is one sequence, in tmux handed through as well", () => {
    expect(copyBytes("hé", {})).toBe("\u001b]52;c;aMOp\u0007");
    expect(copyBytes("hé", { TMUX: "/tmp/x" })).toBe(
      "\u001b]52;c;aMOp\u0007\u001bPtmux;\u001b\u001b]52;c;aMOp\u0007\u001b\\",
    );
  });
});

test.each([
  ["no code", undefined],
  ["```\na\n```", "a"],
  ["~~~py\na\n```\nb\n~~~", "a\n```\nb"],
  ["````\n```\nx\n```\n````", "```\nx\n```"],
  ["1. Do:\n   ```sh\n   ls\n     -l\n   ```\n2. Done", "ls\n  -l"],
  ["```\none\n```\n\n```\ntwo, cut o", "two, cut o"],
  ["`inline` and ``` in ``` text", undefined],
])("the last code of %j is %j", (markdown, code) => {
  expect(lastCodeBlock(markdown)).toBe(code);
});
