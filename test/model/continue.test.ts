// Answers that were stopped, cut off or lost with their process go on as those that never stopped, on real models: the same tokens,
// and nothing read twice.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TurnResult } from "../../src/session/events.ts";
import { openConversation } from "../../src/session/open-conversation.ts";
import { Recorder } from "../../src/session/recorder.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { take, takeUntil, testSettings } from "../helpers/conversation.ts";
import { type KeptChatOptions, openKeptChat } from "../helpers/kept-chat.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";
import { startCli } from "../helpers/run-cli.ts";
import { facts } from "../helpers/store-facts.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const story = Array.from({ length: 45 }, (_, day) => `On day ${day} the ship met ${day * 3 + 1} whales. `).join("");
const question = "Tell me all about whales.";

/** The answer, of so many tokens, to the last of the questions. */
async function ask(options: KeptChatOptions, questions: readonly string[], nPredict: number): Promise<TurnResult> {
  const settings = { ...options.settings, nPredict };
  await using chat = await openKeptChat({ ...options, settings });
  const results: TurnResult[] = [];
  for (const text of questions) results.push((await take(chat.send(text))).done);
  return results.at(-1) as TurnResult;
}

type StartTurn = Parameters<typeof takeUntil>[0];

async function stopAfter(tokens: number, start: StartTurn): Promise<TurnResult> {
  const { done } = await takeUntil(start, (event) => event.type === "token" && event.tokens === tokens);
  expect(done.stopReason).toBe("interrupted");
  return done;
}

describe.each([
  { cacheTypeK: "f16", cacheTypeV: "f16", temp: 0, repeatPenalty: 1 },
  { cacheTypeK: "q8_0", cacheTypeV: "q4_0", temp: 0, repeatPenalty: 1 },
  { cacheTypeK: "f16", cacheTypeV: "f16", temp: 1, repeatPenalty: 1 },
  { cacheTypeK: "f16", cacheTypeV: "f16", temp: 1, repeatPenalty: 1.3 },
] as const)("smollm2, $cacheTypeK/$cacheTypeV, temperature $temp, penalty $repeatPenalty", (how) => {
  test("stopped twice, left, and resumed", async () => {
    const settings = { ...how, seed: 7, ctxSize: 1024 };
    const options = { folder: tempFolder(), name: "chat", modelPath: await smollm2Path(), settings };
    const unbroken = await ask({ ...options, name: "unbroken" }, [question], 64);
    {
      await using chat = await openKeptChat({ ...options, settings: { ...settings, nPredict: 1000 } });
      const first = await stopAfter(9, (signal) => chat.send(question, signal));
      const second = await stopAfter(14, (signal) => chat.continueAnswer(signal));
      expect(second.tokens).toMatchObject({ reused: first.tokens.prompt + first.tokens.generated - 1, evaluated: 1 });
    }
    await using chat = await openKeptChat({ ...options, settings: { ...settings, nPredict: 64 - 25 } });
    expect(chat.resumption?.again).toBe(0);
    const { done } = await take(chat.continueAnswer());
    expect(done).toMatchObject({ text: unbroken.text, stopReason: "length", tokens: { evaluated: 1 } });
  });
});

test("gemma3-270m, past its window", async () => {
  const settings = { ctxSize: 2048, temp: 0 };
  const options = { folder: tempFolder(), name: "chat", modelPath: await gemma3Path(), settings };
  const unbroken = await ask({ ...options, name: "unbroken" }, [story, question], 32);
  expect(unbroken.tokens.prompt).toBeGreaterThan(600);
  {
    await using chat = await openKeptChat({ ...options, settings: { ...settings, nPredict: 32 } });
    await take(chat.send(story));
    await stopAfter(7, (signal) => chat.send(question, signal));
    const second = await stopAfter(5, (signal) => chat.continueAnswer(signal));
    expect(second.tokens.evaluated).toBe(1);
  }
  await using chat = await openKeptChat({ ...options, settings: { ...settings, nPredict: 32 - 14 } });
  const { done } = await take(chat.continueAnswer());
  expect(done).toMatchObject({ text: unbroken.text, tokens: { evaluated: 1 } });
});

test("cut by a kill of the program", async () => {
  const root = tempFolder();
  const modelPath = await smollm2Path();
  const flags = ["-t", "1", "--temp", "0", "-c", "1024", "--session", "chat"];
  const env = { XDG_DATA_HOME: join(root, "data"), XDG_CACHE_HOME: join(root, "cache") };
  const cli = startCli(["run", modelPath, "-p", question, "-n", "800", ...flags], { env });
  using store = new SessionStore(join(root, "data", "kvchat"));
  let printed = 0;
  await cli.waitForStdout((stdout) => {
    printed = stdout.length;
    return printed > 0 && store.load(store.find("chat").id).messages.length > 1;
  });
  cli.kill("SIGKILL");
  await cli.result;

  const [, cut] = store.load(store.find("chat").id).messages;
  expect(cut).toMatchObject({ role: "assistant", state: "partial" });
  const said = cut?.content ?? "";
  const length = cut?.generated?.tokens.length ?? 0;
  const options = { folder: tempFolder(), name: "unbroken", modelPath, settings: { ctxSize: 1024 } };
  expect((await ask(options, [question], length)).text).toBe(said);

  // Read at once, an answer rounds otherwise than it did token by token: it goes on as any reading of it does, the caches aside.
  const copy = tempFolder();
  cpSync(join(root, "data"), copy, { recursive: true });
  const goesOn = await continued(join(root, "data", "kvchat"), join(root, "cache", "kvchat"));
  expect(goesOn.text.startsWith(said)).toBe(true);
  expect(goesOn.text.length).toBeGreaterThan(said.length);
  expect((await continued(join(copy, "kvchat"), join(copy, "no cache"))).text).toBe(goesOn.text);
});

async function continued(data: string, cacheDir: string): Promise<TurnResult> {
  using store = new SessionStore(data);
  const session = store.load(store.find("chat").id);
  const recorder = new Recorder({ store, session: session.session, begin: facts });
  const settings = testSettings(await smollm2Path(), { ctxSize: 1024, nPredict: 20 });
  await using chat = await openConversation(settings, { persistence: { recorder, session, cacheDir, engine: "test" } });
  return (await take(chat.continueAnswer())).done;
}
