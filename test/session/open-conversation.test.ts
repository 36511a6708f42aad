// Settings to a conversation on a real model: seeds that repeat, what the user is told first, limits at their edges, and a stop.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openChat, take } from "../helpers/conversation.ts";
import { openKeptChat } from "../helpers/kept-chat.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const creative = { temp: 1, topK: 0, topP: 1, minP: 0, nPredict: 12, ctxSize: 256 };

async function playTwoTurns(seed: number): Promise<string[]> {
  await using chat = await openChat(await smollm2Path(), { ...creative, seed });
  const first = await take(chat.send("Tell me a story."));
  const second = await take(chat.send("Go on."));
  return [first.done.text, second.done.text];
}

describe("seeds", () => {
  test("the same seed tells the same chat again, another one another", async () => {
    const [first, second] = await playTwoTurns(7);
    expect(await playTwoTurns(7)).toEqual([first, second]);
    expect((await playTwoTurns(8))[0]).not.toBe(first);
  });

  test("-1 is a random one, told with the answer, that tells the same answer again", async () => {
    await using chat = await openChat(await smollm2Path(), { ...creative, seed: -1 });
    const { done } = await take(chat.send("Tell me a story."));
    expect(done.seed).toBe(chat.sampling.seed);
    expect((await playTwoTurns(done.seed))[0]).toBe(done.text);
  });
});

describe("what the user is told first", () => {
  test("nothing where all is as the model brings it", async () => {
    await using chat = await openChat(await smollm2Path(), { ctxSize: 256 });
    expect(chat.notices).toEqual([]);
    expect(chat.sampling).toMatchObject({ temperature: 0, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1 });
    expect(chat.usage()).toMatchObject({ contextSize: 256, used: 0, evicted: 0, windowPolicy: "turns" });
  });

  test("a chat format that was guessed, a context longer than trained", async () => {
    await using guessed = await openChat(await gemma3Path(), { ctxSize: 256 });
    expect(guessed.notices).toEqual([
      "the model brings no chat template: the Gemma format is used, and its answers may be poor",
    ]);
    await using long = await openChat(await smollm2Path(), { ctxSize: 8448, cacheTypeK: "q4_0", cacheTypeV: "q4_0" });
    expect(long.notices).toEqual([
      "the context of 8,448 tokens is longer than the 8,192 that the model was trained on",
    ]);
  });
});

describe("a context of 256 tokens", () => {
  test("is filled by a prompt to its last token, and the answer goes on", async () => {
    await using chat = await openChat(await smollm2Path(), { ...creative, seed: 12, nPredict: 4, window: "sinks" });
    const { done } = await take(chat.send("Hi"));
    const question = `Hi${" word".repeat(255 - done.tokens.prompt)}`;
    chat.clear();
    await expect(take(chat.send(`${question} word`))).rejects.toMatchObject({
      message: "The prompt has 256 tokens, and the context holds 256.",
      exitCode: 4,
    });
    const full = await take(chat.send(question));
    expect(full.done.tokens).toMatchObject({ prompt: 255, generated: 4 });
    const next = await take(chat.send("And?"));
    expect(next.done.tokens.prompt).toBe(next.done.tokens.reused + next.done.tokens.evaluated);
    expect(chat.usage().used).toBeLessThanOrEqual(256);
  });

  test("-n 0 reads the prompt and answers nothing", async () => {
    await using chat = await openChat(await smollm2Path(), { ...creative, nPredict: 0 });
    const { done } = await take(chat.send("Hi"));
    expect(done).toMatchObject({ text: "", stopReason: "length", tokens: { generated: 0 } });
    expect(chat.usage().used).toBe(done.tokens.prompt);
    expect((await take(chat.send("Ho"))).done.tokens.reused).toBe(done.tokens.prompt);
  });
});

describe("a chat whose cache is put together while the model loads", () => {
  const statesOnTheirWay = (folder: string) =>
    ["/dev/shm", join(folder, "cache", "work")]
      .filter((place) => existsSync(place))
      .flatMap((place) => readdirSync(place))
      .filter((name) => name.startsWith(`kvchat-${process.pid}-`));

  test("leaves nothing of it behind when the loading is stopped", async () => {
    const folder = tempFolder();
    const kept = { folder, name: "trip", modelPath: await smollm2Path(), settings: { nPredict: 4 } };
    {
      await using chat = await openKeptChat(kept);
      await take(chat.send("Tell me a story."));
    }
    await expect(openKeptChat({ ...kept, signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped");
    expect(statesOnTheirWay(folder)).toEqual([]);
  });
});
