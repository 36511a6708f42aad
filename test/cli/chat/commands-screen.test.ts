// Slash commands in a real pseudo-terminal over an engine without a model: what is drawn, and where.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempFolder } from "../../helpers/temp-folder.ts";
import { bun, TerminalSession } from "../../helpers/terminal.ts";

function chat(script: { answers: string[]; nPredict?: number }): TerminalSession {
  const env = { FAKE_CHAT: JSON.stringify(script), NODE_ENV: "production" };
  return new TerminalSession({ file: bun, args: ["test/helpers/chat-with-engine.tsx"], env });
}

const esc = "\u001b";

test("/continue goes on from the line where the answer ended", async () => {
  using session = chat({ answers: ["One line.\nTwo lin", "es.\nThree."], nPredict: 16 });
  await session.waitFor("on CPU");
  session.type("Count.\r");
  await session.waitFor("One line.\nTwo li\n\n· ended at the limit of 16 tokens; /continue goes on");
  session.type("/continue\r");
  await session.waitFor("› /continue\n\nTwo lies.\nThree.\n\n");
});

test("/edit takes a message into the input: Esc leaves all as it was, Enter begins a branch, /branch goes back", async () => {
  using session = chat({ answers: ["One.", "Two.", "Three."] });
  await session.waitFor("on CPU");
  session.type("first\r");
  await session.waitFor("One.\n\n›");
  session.type("second\r");
  await session.waitFor("Two.\n\n›");
  session.type("/edit 1\r");
  await session.waitFor("Enter says this in the place of message 1 · Esc leaves the chat as it is");
  expect(session.screen().join("\n")).toContain("› first\n");
  session.type(esc);
  // A key behind Esc in the same breath would be one with Alt: it is waited for what Esc brings, not for what a half-drawn screen lacks.
  await session.waitFor("›\n/help lists the commands");

  session.type("/edit 1\r");
  await session.waitFor("in the place of message 1 ·");
  session.type(" of all\r");
  await session.waitFor("· in the place of message 1 (2/2)\n\n› first of all\n\nThree.\n\n›");
  session.type("/branch prev\r");
  await session.waitFor("· turn 1, question 1/2\n\n› first\n\nOne.\n\n› second\n\nTwo.\n\n›");
  session.type(`typed${esc}n`);
  await session.waitFor("· turn 1, question 2/2\n\n› first of all\n\nThree.\n\n› typed");
  session.type(`${esc}n`);
  await session.waitFor("There is no version after this one");
});

test("/copy puts an answer in the clipboard, and disturbs nothing on screen", async () => {
  using session = chat({ answers: ["One."] });
  await session.waitFor("on CPU");
  session.type("first\r");
  await session.waitFor("One.\n\n›");
  session.type("/copy\r");
  await session.waitFor("› /copy\n\n· copied answer 1 (4 characters) by OSC 52");
  expect(session.bytes).toContain(`${esc}]52;c;${btoa("One.")}\u0007`);
});

test("/export asks before it overwrites a file", async () => {
  const path = join(tempFolder(), "a.md");
  writeFileSync(path, "mine");
  using session = chat({ answers: ["One."] });
  await session.waitFor("on CPU");
  session.type("first\r");
  await session.waitFor("One.\n\n›");
  for (const [keys, told] of [
    ["\r", "· nothing was written"],
    [esc, "· nothing was written"],
    ["o\r", "· wrote 2 messages to"],
  ] as const) {
    session.type(`/export ${path}\r`);
    await session.waitFor(/is there already\.\n› No\n {2}Overwrite it\narrows move, Enter takes, Esc leaves/);
    expect(readFileSync(path, "utf8")).toBe("mine");
    session.type(keys);
    await session.waitFor((screen) => screen.includes(told) && !screen.includes("Overwrite it"));
    session.type("\u000c");
  }
  expect(readFileSync(path, "utf8")).toContain("One.");
});

test("/kv switches the cache, and leaves the chat as it was where that cannot be", async () => {
  using session = chat({ answers: ["One."] });
  await session.waitFor("on CPU");
  session.type("first\r");
  await session.waitFor("One.\n\n›");
  session.type("/kv f32\r");
  await session.waitFor(/· f16 → f32: \d+ tokens[\s\S]*\n\nThere is no memory for that\.\nUse a smaller type\.\n\n›/);
  session.type("/kv\r");
  await session.waitFor("· the cache is f16; /kv TYPE");
  session.type("/kv q8_0\r");
  await session.waitFor("· the cache is q8_0 now");
  session.type("second\r");
  await session.waitFor("› second\n\nOne.\n\n›");
  session.type("/undo\r");
  await session.waitFor("took back “second”");
  session.type("\u0015/undo\r");
  await session.waitFor("took back “first”");
});

test("an edit that cannot be answered is still one, and the chat is as it was", async () => {
  using session = chat({ answers: ["One."] });
  await session.waitFor("on CPU");
  session.type("first\r");
  await session.waitFor("One.\n\n›");
  session.type("/edit\r");
  await session.waitFor("in the place of message 1 ·");
  session.type(`${"word ".repeat(500)}\r`);
  await session.waitFor(/The prompt has [\d,]+ tokens[\s\S]*in the place of message 1 ·/);
  session.type(esc);
  await session.waitFor("›\n/help lists the commands");
  session.type("/branch\r");
  await session.waitFor("nothing was said in two ways yet");
});
