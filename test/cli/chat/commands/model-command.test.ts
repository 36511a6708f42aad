// `/model`: what it tells of a real model, and going on with another one, or not, on a scripted conversation.
import { expect, test } from "vitest";
import { modelCommand } from "../../../../src/cli/chat/commands/model-command.ts";
import { openConversation } from "../../../../src/session/open-conversation.ts";
import { testSettings } from "../../../helpers/conversation.ts";
import { FakeConversation } from "../../../helpers/fake-conversation.ts";
import { gemma3Path, smollm2Path } from "../../../helpers/models.ts";
import { runCommand } from "../../../helpers/run-command.ts";

test("alone tells which it is, and the others", async () => {
  const settings = testSettings(await smollm2Path(), { modelName: "smollm2", ctxSize: 1024 });
  await gemma3Path();
  await using chat = await openConversation(settings);
  const [said] = await runCommand("/model", chat);
  expect(said).toMatch(/^model +smollm2, on CPU$/m);
  expect(said).toMatch(/^named +Smollm2 .*\(llama\)$/m);
  expect(said).toMatch(/^weights +93\.8 MiB, 134,515,008 parameters of 5\.8 bits$/m);
  expect(said).toMatch(/^trained on +8,192 tokens of context$/m);
  expect(said).toMatch(/^chat format +the model's own template$/m);
  expect(said).toMatch(/^context +1,024 tokens, its cache f16$/m);
  expect(said).toMatch(/^\/model NAME +goes on with another: .*gemma3-270m/m);
  expect(await runCommand("/model smollm2", chat)).toEqual(["this chat is with smollm2 already"]);
});

test("with a name goes on with that one, what it costs said before", async () => {
  const modelPath = await smollm2Path();
  const chat = new FakeConversation({ answers: [] });
  const reopened = `reopened: ${JSON.stringify({ modelPath, modelName: "smollm2" })}`;
  const now = "Fake-135M-Instruct on CPU, 512 tokens of context";
  expect(await runCommand("/model smollm2", chat)).toEqual(["Fake-135M-Instruct → smollm2", reopened, now]);
  chat.messages.push({ role: "user", content: "Hi", thinking: "", evicted: false });
  const [cost] = await runCommand("/model smollm2", chat);
  expect(cost).toBe(
    "Fake-135M-Instruct → smollm2: what was said, 12 tokens to Fake-135M-Instruct, is read again with your next message",
  );
});

test.each([
  ["smolm2", 'There is no model named "smolm2".'],
  ["qwen3-4b", 'The model "qwen3-4b" is not on this machine.'],
  ["./package.json", "Cannot read the model"],
])("%s is told, and nothing is loaded", async (name, message) => {
  const said = await runCommand(`/model ${name}`, new FakeConversation({ answers: [] }));
  expect(said).toEqual([expect.stringContaining(message)]);
});

test("names are completed from those on this machine", async () => {
  await smollm2Path();
  const { candidates } =
    (await modelCommand.complete?.("smol", { conversation: new FakeConversation({ answers: [] }) })) ?? {};
  expect(candidates).toMatchObject([{ text: "smollm2", detail: "93.8 MiB" }]);
});
