// Going on, saying it otherwise and going back, in a real pseudo-terminal over an engine without a model: what is drawn, and where.
import { expect, test } from "vitest";
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
  await session.waitFor((screen) => !screen.includes("in the place of message"));

  session.type("/edit 1\r");
  await session.waitFor("in the place of message 1 ·");
  session.type(" of all\r");
  await session.waitFor("· in the place of message 1 (2/2)\n\n› first of all\n\nThree.\n\n›");
  session.type("/branch prev\r");
  await session.waitFor("· turn 1, question 1/2\n\n› first\n\nOne.\n\n› second\n\nTwo.\n\n›");
});
