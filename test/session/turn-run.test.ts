// Turns that are stopped, left, or fail; the counts of tokens; and the limits of a context, over an engine without a model.
import { describe, expect, test } from "vitest";
import type { Conversation } from "../../src/session/conversation-api.ts";
import type { ConversationEvent } from "../../src/session/events.ts";
import { ofType, take, takeUntil } from "../helpers/conversation.ts";
import { FakeEngine, openFakeChat } from "../helpers/fake-engine.ts";

const said = (chat: Conversation) => chat.messages.map(({ content }) => content);

/** Plays a turn and walks away at the first event of a type. */
async function leaveAt(turn: AsyncIterable<ConversationEvent>, type: ConversationEvent["type"]): Promise<void> {
  for await (const event of turn) if (event.type === type) return;
}

describe("a turn that does not end by itself", () => {
  const longText = "word ".repeat(12);

  test("stopped while it reads: the question stays, with what was read, and the next turn goes on from there", async () => {
    const { engine, chat, cached } = openFakeChat();
    const seen = await takeUntil(
      (signal) => chat.send(longText, signal),
      (event) => event.type === "prefill" && event.done >= 32,
    );
    expect(seen.done).toMatchObject({ text: "", stopReason: "interrupted" });
    expect(seen.done.tokens).toEqual({ prompt: 32, reused: 0, evaluated: 32, evicted: 0, generated: 0 });
    expect(said(chat)).toEqual([longText, ""]);
    const next = await take(chat.send("And now?"));
    expect(next.done.tokens.reused).toBe(32);
    expect(cached()).toBe(
      `<|im_start|>user\n${longText}<|im_end|>\n<|im_start|>assistant\n` +
        "<|im_end|>\n<|im_start|>user\nAnd now?<|im_end|>\n<|im_start|>assistant\nYes.",
    );
    expect(engine.cells).toHaveLength(chat.usage().used);
  });

  test("stopped while it answers: the answer so far stays, its last token yet to be evaluated", async () => {
    const { engine, chat, cached } = openFakeChat();
    engine.answers.push("One, two, three.");
    const seen = await takeUntil(
      (signal) => chat.send("Count.", signal),
      (event) => event.type === "token" && event.tokens === 4,
    );
    expect(seen.done).toMatchObject({ text: "One, ", stopReason: "interrupted", tokens: { generated: 5 } });
    const next = await take(chat.send("Go on."));
    expect(cached()).toContain("assistant\nOne, <|im_end|>\n<|im_start|>user\nGo on.");
    expect(next.done.tokens.reused).toBe(seen.done.tokens.prompt + 4);
  });

  test.each(["prefill", "token"] as const)(
    "left at a %s event: the turn is kept, and the next one works",
    async (type) => {
      const { engine, chat } = openFakeChat();
      engine.answers.push("One, two, three.");
      await leaveAt(chat.send(longText), type);
      expect(said(chat)).toEqual([longText, type === "token" ? "O" : ""]);
      const next = await take(chat.send("And now?"));
      expect(next.done).toMatchObject({ text: type === "token" ? "Yes." : "One, two, three.", stopReason: "stop" });
      expect(engine.cells).toHaveLength(chat.usage().used);
    },
  );

  test("left before it has read anything: nothing was said", async () => {
    const { chat } = openFakeChat();
    await leaveAt(chat.send("Hello."), "reused");
    expect(said(chat)).toEqual([]);
    expect((await take(chat.send("Hello."))).done.text).toBe("Yes.");
  });

  test.each(["prefill", "sample", "decode"] as const)("failed in %s: the transcript is as before", async (failure) => {
    const { engine, chat, cached } = openFakeChat();
    await take(chat.send("Hello."));
    const before = chat.messages;
    engine.failure = failure;
    await expect(take(chat.send(longText))).rejects.toThrow(`failed in ${failure}`);
    expect(chat.messages).toEqual(before);
    engine.failure = failure;
    await expect(take(chat.regenerate())).rejects.toThrow(`failed in ${failure}`);
    expect(chat.messages).toEqual(before);
    expect((await take(chat.send("Again."))).done.text).toBe("Yes.");
    expect(cached()).toBe(
      "<|im_start|>user\nHello.<|im_end|>\n<|im_start|>assistant\nYes." +
        "<|im_end|>\n<|im_start|>user\nAgain.<|im_end|>\n<|im_start|>assistant\nYes.",
    );
  });

  test("a failure while nobody asks for the next event is told at the next one", async () => {
    const { engine, chat } = openFakeChat();
    engine.failure = "decode";
    const play = async () => {
      for await (const _ of chat.send("Hello.")) await new Promise(setImmediate);
    };
    await expect(play()).rejects.toThrow("failed in decode");
  });

  test("stopped while what is left of a sliding answer is read again", async () => {
    const { engine, chat } = openFakeChat({ facts: { canShift: false } });
    engine.answers.push("x".repeat(400));
    let slid = false;
    const { done } = await takeUntil(
      (signal) => chat.send("Write.", signal),
      (event) => {
        slid ||= event.type === "evicted";
        return slid && event.type === "prefill";
      },
    );
    expect(done.stopReason).toBe("interrupted");
    expect(done.text).toBe("x".repeat(done.tokens.generated));
    expect(done.tokens.prompt).toBe(done.tokens.reused + done.tokens.evaluated);
    expect((await take(chat.send("Go on."))).done.text).toBe("Yes.");
    expect(engine.cells).toHaveLength(chat.usage().used);
  });

  test("a second turn while one is under way is refused, and the first goes on", async () => {
    const { chat } = openFakeChat();
    const first = chat.send("One.");
    await first.next();
    await expect(take(chat.send("Two."))).rejects.toThrow("under way");
    for await (const _ of first);
    expect(said(chat)).toEqual(["One.", "Yes."]);
  });
});

describe("counts", () => {
  test.each([
    ["turns", true],
    ["sinks", true],
    ["shift", true],
    ["turns", false],
    ["sinks", false],
  ] as const)("%s, cells that can move: %s", async (policy, canShift) => {
    const { engine, chat } = openFakeChat({ policy, facts: { canShift }, parts: { systemPrompt: "Be brief." } });
    let evicted = 0;
    for (let turn = 0; turn < 12; turn++) {
      engine.answers.push("word ".repeat((turn * 7) % 60));
      const { done, events } = await take(chat.send(`Turn ${turn}: ${"text ".repeat((turn * 5) % 13)}`));
      const { prompt, reused, evaluated } = done.tokens;
      expect(prompt).toBe(reused + evaluated);
      expect(prompt + done.tokens.generated).toBeGreaterThanOrEqual(chat.usage().used);
      expect(ofType(events, "reused")).toEqual([{ type: "reused", tokens: reused }]);
      expect(ofType(events, "evicted").reduce((sum, event) => sum + event.tokens, 0)).toBe(done.tokens.evicted);
      evicted += done.tokens.evicted;
      expect(chat.usage()).toMatchObject({ used: engine.length, evicted });
      const usedForSystem = engine.detokenize(engine.cells.slice(0, chat.usage().system), true);
      expect(usedForSystem).toBe("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n");
    }
    expect(evicted).toBeGreaterThan(0);
  });
});

describe("limits", () => {
  test.each([
    [0, "", "length"],
    [1, "O", "length"],
    [3, "One", "length"],
    [4, "One.", "length"],
    [5, "One.", "stop"],
    [-1, "One.", "stop"],
  ])("-n %i", async (nPredict, text, stopReason) => {
    const { engine, chat, cached } = openFakeChat({ parts: { nPredict } });
    engine.answers.push("One.");
    const { done } = await take(chat.send("Count."));
    expect(done).toMatchObject({ text, stopReason, tokens: { generated: text.length } });
    await take(chat.send("Go on."));
    expect(cached()).toContain(`assistant\n${text}<|im_end|>\n<|im_start|>user\nGo on.`);
  });

  test("-n 0 lets nothing go for an answer that will not come", async () => {
    const { chat } = openFakeChat({ parts: { nPredict: 0 } });
    await take(chat.send("x".repeat(100)));
    await take(chat.send("y".repeat(100)));
    expect(chat.usage().used).toBeGreaterThan(192);
    expect(chat.usage().evicted).toBe(0);
  });

  const frame = "<|im_start|>user\n<|im_end|>\n<|im_start|>assistant\n";
  const frameTokens = new FakeEngine().tokenize(frame, true).length;

  test.each(["turns", "sinks", "shift"] as const)(
    "a prompt that leaves room for one token is answered, %s",
    async (policy) => {
      const { engine, chat } = openFakeChat({ policy });
      await take(chat.send("Hello."));
      engine.answers.push("A longer answer than there is room for.");
      const { done } = await take(chat.send("x".repeat(255 - frameTokens)));
      expect(done).toMatchObject({ text: "A longer answer than there is room for.", tokens: { prompt: 255 } });
      expect(engine.length).toBeLessThanOrEqual(256);
    },
  );

  test.each([
    [256, 768],
    [257, 1024],
    [1000, 1536],
  ])("a prompt of %i tokens is refused, with what would do", async (tokens, enough) => {
    const { engine, chat } = openFakeChat();
    await take(chat.send("Hello."));
    const cells = [...engine.cells];
    await expect(take(chat.send("x".repeat(tokens - frameTokens)))).rejects.toMatchObject({
      message: `The prompt has ${tokens} tokens, and the context holds 256.`,
      hint: `Use --ctx-size ${enough} or more, or a shorter prompt.`,
      exitCode: 4,
    });
    expect(said(chat)).toEqual(["Hello.", "Yes."]);
    expect(engine.cells).toEqual(cells);
  });

  test("--keep -1 keeps the first prompt while its answer slides", async () => {
    const { engine, chat, cached } = openFakeChat({ parts: { keep: -1 } });
    engine.answers.push("x".repeat(1000));
    await take(chat.send("Write many."));
    expect(cached()).toMatch(/^<\|im_start\|>user\nWrite many\.<\|im_end\|>\n<\|im_start\|>assistant\nx+$/);
  });

  test("a long answer after an undo of what had filled the window", async () => {
    const { engine, chat } = openFakeChat();
    await take(chat.send("x".repeat(150)));
    await take(chat.send("y".repeat(60)));
    expect(chat.undo()).toBe("y".repeat(60));
    engine.answers.push("z".repeat(300));
    expect((await take(chat.send("Write."))).done).toMatchObject({ stopReason: "stop", tokens: { generated: 300 } });
  });
});
