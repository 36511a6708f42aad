// Branches on a real model: what two of them share is in the cache still, and only what differs is evaluated.
import { expect, test } from "vitest";
import type { Conversation } from "../../src/session/conversation-api.ts";
import { take } from "../helpers/conversation.ts";
import { openKeptChat } from "../helpers/kept-chat.ts";
import { smollm2Path } from "../helpers/models.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const story = Array.from({ length: 20 }, (_, day) => `On day ${day} the ship met ${day * 3 + 1} whales. `).join("");

const ask = async (turn: ReturnType<Conversation["send"]>) => (await take(turn)).done;

test("smollm2: edited, gone back, regenerated, left and resumed", async () => {
  const settings = { ctxSize: 1024, nPredict: 12, cacheTypeK: "q8_0", cacheTypeV: "q8_0" } as const;
  const options = { folder: tempFolder(), name: "chat", modelPath: await smollm2Path(), settings };
  let tokens = 0;
  {
    await using chat = await openKeptChat(options);
    const first = await ask(chat.send(story));
    tokens = first.tokens.prompt;
    expect(tokens).toBeGreaterThan(256);
    const second = await ask(chat.send("How many whales on day 3?"));
    const edited = await ask(chat.edit(2, "And how many on day 5?"));
    // All but the last token of the answer, and what opens the question.
    expect(edited.tokens.reused).toBeGreaterThanOrEqual(tokens + first.tokens.generated);
    expect(edited.tokens.evaluated).toBeLessThan(20);

    chat.selectBranch({ turn: 2, role: "user", version: 0 });
    const third = await ask(chat.send("Why?"));
    expect(third.tokens.reused).toBeGreaterThanOrEqual(tokens + first.tokens.generated);
    expect(third.tokens.evaluated).toBeLessThan(20 + second.tokens.evaluated + second.tokens.generated);

    const again = await ask(chat.regenerate());
    expect(again).toMatchObject({ text: third.text, tokens: { evaluated: 1 } });
    expect(chat.branches).toMatchObject([
      { turn: 2, role: "user", current: 0 },
      { turn: 3, role: "assistant", current: 1 },
    ]);
  }
  await using chat = await openKeptChat(options);
  chat.selectBranch({ turn: 2, role: "user", version: 1 });
  const fourth = await ask(chat.send("Why?"));
  expect(fourth.tokens.reused).toBeGreaterThan(tokens);
  expect(fourth.tokens.evaluated).toBeLessThan(60);
});
