// A conversation over an engine without a model: what its turns make of the cache, seeds, and changes in mid-chat.
import { describe, expect, test } from "vitest";
import type { Conversation } from "../../src/session/conversation-api.ts";
import type { ConversationEvent } from "../../src/session/events.ts";
import { take, takeUntil } from "../helpers/conversation.ts";
import { defaultSampling, type FakeEngineOptions, openFakeChat, renderChatml } from "../helpers/fake-engine.ts";

const said = (chat: Conversation) => chat.messages.map(({ content }) => content);

test("a chat goes on in the cache: only the new turn is evaluated, and answers keep their place", async () => {
  const { engine, chat, cached } = openFakeChat({ parts: { systemPrompt: "Be brief." } });
  engine.answers.push("Four.", "Five.");
  const first = await take(chat.send("2 + 2?"));
  expect(first.done).toMatchObject({ text: "Four.", thinking: "", stopReason: "stop" });
  const second = await take(chat.send("And one?"));
  expect(second.done.tokens).toMatchObject({
    reused: first.done.tokens.prompt + "Four.".length,
    evaluated: engine.tokenize("<|im_end|>\n<|im_start|>user\nAnd one?<|im_end|>\n<|im_start|>assistant\n", true)
      .length,
    generated: "Five.".length,
  });
  expect(cached()).toBe(
    "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n2 + 2?<|im_end|>\n<|im_start|>assistant\nFour." +
      "<|im_end|>\n<|im_start|>user\nAnd one?<|im_end|>\n<|im_start|>assistant\nFive.",
  );
});

describe("a model that thinks", () => {
  const template = { source: "<think>", bosText: "", eosText: "" };
  const lead = "<|im_start|>assistant\n";
  /** Older answers are shown without what was thought; `opening` ends the prompt. */
  const render =
    (opening: string): FakeEngineOptions["render"] =>
    (variables) =>
      renderChatml(variables) + opening;

  test.each([
    ["writes both marks", "", "<think>\nTwo and two.\n</think>\n\nFour."],
    ["goes on where the template opens", "<think>\n", "Two and two.\n</think>\n\nFour."],
  ])("%s: thoughts are told apart, and the next prompt is the template's", async (_, opening, text) => {
    const { engine, chat, cached } = openFakeChat({ render: render(opening), parts: { template } });
    engine.answers.push(text);
    const first = await take(chat.send("2 + 2?"));
    expect(first.done).toMatchObject({ text: "Four.", thinking: "Two and two." });
    expect(chat.messages[1]).toMatchObject({ content: "Four.", thinking: "Two and two." });
    const second = await take(chat.send("Sure?"));
    const before = `<|im_start|>user\n2 + 2?<|im_end|>\n${lead}`;
    expect(cached()).toBe(`${before}Four.<|im_end|>\n<|im_start|>user\nSure?<|im_end|>\n${lead}${opening}Yes.`);
    expect(second.done.tokens.reused).toBe(engine.tokenize(before, true).length);
  });

  test("stopped while it thinks: the thoughts stay, the next prompt has none of them", async () => {
    const { engine, chat, cached } = openFakeChat({ render: render(""), parts: { template } });
    engine.answers.push("<think>Two and two.</think>Four.");
    const { done } = await takeUntil(
      (signal) => chat.send("2 + 2?", signal),
      (event) => event.type === "thinking" && event.tokens === 3,
    );
    expect(done).toMatchObject({ text: "", thinking: "Two", stopReason: "interrupted" });
    await take(chat.send("Well?"));
    expect(cached()).toBe(
      `<|im_start|>user\n2 + 2?<|im_end|>\n${lead}<|im_end|>\n<|im_start|>user\nWell?<|im_end|>\n${lead}Yes.`,
    );
  });

  test("a template that shows thoughts keeps the whole answer in the cache", async () => {
    const shown: FakeEngineOptions["render"] = ({ messages, bos_token }) =>
      renderChatml({
        messages: messages.map(({ role, content, reasoning_content }) => ({
          role,
          content: reasoning_content ? `<think>${reasoning_content}</think>${content}` : content,
        })),
        bos_token,
      });
    const { engine, chat } = openFakeChat({ render: shown, parts: { template } });
    engine.answers.push("<think>Two and two.</think>Four.");
    const first = await take(chat.send("2 + 2?"));
    const second = await take(chat.send("Sure?"));
    expect(second.done.tokens.reused).toBe(first.done.tokens.prompt + first.done.tokens.generated);
  });
});

test("a template that refuses silence and a system role: a stop before the first word does not end the chat", async () => {
  const strict: FakeEngineOptions["render"] = (variables) => {
    if (variables.messages.some(({ role, content }) => role === "system" || content === "")) throw new Error("refused");
    return renderChatml(variables);
  };
  const { chat, cached } = openFakeChat({ render: strict, parts: { systemPrompt: "Be brief." } });
  const stopped = await takeUntil(
    (signal) => chat.send("Hello.", signal),
    (event) => event.type === "prefill",
  );
  expect(stopped.done).toMatchObject({ text: "", stopReason: "interrupted" });
  expect((await take(chat.send("Hello?"))).done.text).toBe("Yes.");
  expect(cached()).toContain("user\nBe brief.\n\nHello.<|im_end|>\n<|im_start|>assistant\n...<|im_end|>");
});

test("a template that says the system prompt before the last question alone: the cache holds what it gives", async () => {
  const late: FakeEngineOptions["render"] = ({ messages }) => {
    const [system, ...rest] = messages;
    return rest
      .map(({ role, content }, i) => `[${role}]${i === rest.length - 1 ? `${system?.content}\n` : ""}${content}`)
      .join("");
  };
  const { engine, chat, cached } = openFakeChat({ render: late, parts: { systemPrompt: "Be brief.", nPredict: 12 } });
  let evicted = 0;
  for (let turn = 0; turn < 20; turn++) {
    engine.answers.push(`Answer ${turn}.`);
    evicted += (await take(chat.send(`Question ${turn} ${"x".repeat((turn * 11) % 50)}`))).done.tokens.evicted;
    const inWindow = chat.messages.filter((message) => !message.evicted);
    const messages = [{ role: "system", content: "Be brief." }, ...inWindow.slice(0, -1)];
    expect(cached()).toBe(late({ messages, bos_token: "" }) + inWindow.at(-1)?.content);
  }
  expect(evicted).toBeGreaterThan(0);
});

describe("seeds", () => {
  /** The answer is made of the seed and of all that the model sees. */
  const answer: FakeEngineOptions["answer"] = (cells, { seed }) =>
    `seed ${seed}, ${cells.reduce((hash, token) => (hash * 31 + token) % 9973, 7)}`;
  const texts = async (seed: number) => {
    const { chat } = openFakeChat({ answer, parts: { sampling: { ...defaultSampling, seed } } });
    return [(await take(chat.send("One."))).done.text, (await take(chat.send("Two."))).done.text];
  };

  test("the same seed gives the same chat, another one another", async () => {
    expect(await texts(7)).toEqual(await texts(7));
    expect((await texts(8))[0]).not.toBe((await texts(7))[0]);
  });

  test("each turn draws anew, and regenerating takes the next seed", async () => {
    const { chat, engine } = openFakeChat({ answer });
    const seeds: (number | undefined)[] = [];
    const note = async (turn: AsyncIterable<ConversationEvent>) => {
      const { done } = await take(turn);
      seeds.push(engine.sampling?.seed);
      return done;
    };
    const first = await note(chat.send("One."));
    const again = await note(chat.regenerate());
    expect([first.seed, again.seed]).toEqual([7, 8]);
    expect(again.text).not.toBe(first.text);
    await note(chat.send("Two."));
    await note(chat.regenerate());
    expect(seeds).toEqual([7, 8, 9, 10]);
  });

  test("undo and the same question give the same answer", async () => {
    const { chat } = openFakeChat({ answer });
    await take(chat.send("One."));
    const { done } = await take(chat.send("Two."));
    chat.undo();
    expect((await take(chat.send("Two."))).done.text).toBe(done.text);
  });

  test("seeds wrap at 32 bits", async () => {
    const { chat, engine } = openFakeChat({ parts: { sampling: { ...defaultSampling, seed: 2 ** 32 - 1 } } });
    await take(chat.send("One."));
    await take(chat.send("Two."));
    expect(engine.sampling?.seed).toBe(0);
  });
});

describe("what can be changed in mid-chat", () => {
  test("the system prompt: the next turn reads everything again, the turns stay", async () => {
    const { chat, cached } = openFakeChat({ parts: { systemPrompt: "Be brief." } });
    await take(chat.send("Hello."));
    chat.setSystemPrompt("Be loud.");
    const { done } = await take(chat.send("And now?"));
    expect(done.tokens.reused).toBe("?system\nBe ".length);
    expect(cached()).toMatch(/^<\|im_start\|>system\nBe loud\.<\|im_end\|>\n<\|im_start\|>user\nHello\./);
    chat.setSystemPrompt(" \n");
    await take(chat.send("And now?"));
    expect(cached()).toMatch(/^<\|im_start\|>user\nHello\./);
  });

  test("clear forgets the turns and keeps the head in the cache", async () => {
    const { chat } = openFakeChat({ parts: { systemPrompt: "Be brief." } });
    await take(chat.send("Hello."));
    chat.clear();
    expect(chat.messages).toEqual([]);
    const { done } = await take(chat.send("Goodbye."));
    expect(done.tokens.reused).toBe(chat.usage().system);
  });

  test("there is nothing to regenerate or undo in an empty chat", async () => {
    const { chat } = openFakeChat();
    expect(chat.undo()).toBeUndefined();
    await expect(take(chat.regenerate())).rejects.toMatchObject({ name: "KvchatError", exitCode: 2 });
  });

  test("an empty answer is one, and the chat goes on", async () => {
    const { engine, chat } = openFakeChat();
    engine.answers.push("");
    const { done } = await take(chat.send("Hello."));
    expect(done).toMatchObject({ text: "", stopReason: "stop", tokens: { generated: 0 } });
    expect((await take(chat.send("Hello?"))).done.text).toBe("Yes.");
    expect(said(chat)).toEqual(["Hello.", "", "Hello?", "Yes."]);
  });
});

test("a model with a token for the beginning has it once", async () => {
  for (const render of [
    renderChatml,
    (variables: Parameters<typeof renderChatml>[0]) => `<|begin|>${renderChatml(variables)}`,
  ]) {
    const { engine, chat, cached } = openFakeChat({ bos: true, render });
    for (let turn = 0; turn < 12; turn++) await take(chat.send(`Hello ${"x".repeat(20)}`));
    expect(chat.usage().evicted).toBeGreaterThan(0);
    expect(cached()).toMatch(/^<\|begin\|><\|im_start\|>user\nHello/);
    expect(engine.cells.filter((token) => token === engine.bosToken)).toHaveLength(1);
  }
});

test("a text's tokens are counted as those of a message: what looks like a control token is text", () => {
  const { engine, chat } = openFakeChat();
  expect(chat.countTokens("2 + 2<|im_end|>")).toBe(engine.tokenize("2 + 2<|im_end|>", false).length);
  expect(chat.countTokens("<|im_end|>")).toBeGreaterThan(engine.tokenize("<|im_end|>", true).length);
});

test("disposing a conversation disposes its engine", async () => {
  const { engine, chat } = openFakeChat();
  await chat[Symbol.asyncDispose]();
  expect(engine.isDisposed).toBe(true);
});
