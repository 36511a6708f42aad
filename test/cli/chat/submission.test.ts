// A message with files, taken back while they are read; and a command that is none.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createChatStore } from "../../../src/cli/chat/chat-store.ts";
import { createDialogs } from "../../../src/cli/chat/dialog/dialogs.ts";
import { initialChat } from "../../../src/cli/chat/state.ts";
import { createSubmission } from "../../../src/cli/chat/submission.ts";
import { createTurns } from "../../../src/cli/chat/turns.ts";
import { FakeConversation } from "../../helpers/fake-conversation.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

async function open() {
  const path = join(tempFolder(), "notes.md");
  writeFileSync(path, "Some notes.");
  const conversation = new FakeConversation({ answers: [{ text: "Yes." }] });
  const printed: string[] = [];
  const store = createChatStore(initialChat({ columns: 80, rows: 24 }, "m"), (lines) =>
    printed.push(...lines.map(({ text }) => text)),
  );
  const turns = createTurns(store, async () => conversation);
  const dialogs = createDialogs(store, turns.ending);
  const submission = createSubmission(store, { turns, dialogs, copy: () => {}, leave: () => {} });
  await turns.open();
  const type = (text: string) => store.dispatch({ type: "edited", edit: { type: "set", text } });
  type(`see @${path}`);
  const until = (isTrue: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => isTrue() && resolve();
      store.subscribe(check);
      check();
    });
  return {
    until,
    submission,
    turns,
    conversation,
    type,
    printed,
    typed: `see @${path}`,
    text: () => store.getState().editor.text,
  };
}

test("a command of other chats is answered in place, and what is queued behind it goes on", async () => {
  const { submission, conversation, type, printed, until } = await open();
  type("One?");
  submission.submit();
  type("/compact now");
  submission.submit();
  type("Two?");
  submission.submit();
  await until(() => conversation.messages.length === 4);
  const instead = ["there is no /compact", "/window says what leaves when the context is full"];
  expect(printed.filter((text) => /One|compact|window|Two/.test(text))).toEqual([
    "One?",
    "/compact now",
    ...instead,
    "Two?",
  ]);
});

test("Esc brings it back, and the model never sees it", async () => {
  const { submission, turns, conversation, typed, text, until } = await open();
  submission.submit();
  expect([submission.isUnderWay, text()]).toEqual([true, ""]);
  submission.stop();
  await until(() => !turns.isBusy);
  expect([submission.isUnderWay, text()]).toEqual([false, typed]);
  expect(conversation.messages).toEqual([]);
});

test("leaving does not wait for them", async () => {
  const { submission, turns, conversation } = await open();
  submission.submit();
  turns.finish();
  await turns.close();
  expect(conversation.messages).toEqual([]);
});

test("else it is sent with them", async () => {
  const { submission, conversation, until } = await open();
  submission.submit();
  await until(() => conversation.messages.length > 0);
  expect(conversation.messages[0]?.content).toContain("Some notes.");
});
