// The account of a cache, over an engine whose tokens are characters: every part can be counted by hand.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WindowPolicyName } from "../../src/cache/window/index.ts";
import type { CacheReport } from "../../src/session/cache-report.ts";
import { ofType, take } from "../helpers/conversation.ts";
import { type FakeChatOptions, openFakeChat } from "../helpers/fake-engine.ts";

const tokensOf = ({ parts }: CacheReport) => parts.map(({ kind, text, tokens }) => [kind, text, tokens]);

/** A chat in which these questions got these answers. */
async function said(turns: readonly (readonly [question: string, answer: string])[], options?: FakeChatOptions) {
  const opened = openFakeChat({ ...options, parts: { systemPrompt: "Be brief.", ...options?.parts } });
  for (const [question, answer] of turns) {
    opened.engine.answers.push(answer);
    await take(opened.chat.send(question));
  }
  return opened;
}

describe("the parts of a cache", () => {
  const head = "<system\nBe brief.>\n<user\n".length;
  const marks = ">\n<assistant\n".length;
  const opening = ">\n<user\n".length;

  test("are the head, each question with its marks, and each answer as it was generated", async () => {
    const { chat } = await said([
      ["One?", "1."],
      ["Two?", "Two, surely."],
    ]);
    expect(tokensOf(await chat.cacheReport())).toEqual([
      ["system", "Be brief.", head],
      ["user", "One?", 4 + marks + opening],
      ["assistant", "1.", 2],
      ["user", "Two?", 4 + marks],
      ["assistant", "Two, surely.", 12],
    ]);
  });

  test("a turn that was taken back is still in the cache, and no part of the chat", async () => {
    const { chat } = await said([
      ["One?", "1."],
      ["Two?", "2."],
    ]);
    chat.undo();
    expect(tokensOf(await chat.cacheReport()).at(-1)).toEqual(["gone", "", 4 + marks + 2]);
    chat.clear();
    expect(tokensOf(await chat.cacheReport()).map(([kind]) => kind)).toEqual(["system", "gone"]);
  });

  test("only those in the window are there, with what is left of them", async () => {
    const long = "x".repeat(60);
    const { chat } = await said([
      ["One?", long],
      ["Two?", long],
      ["Three?", long],
      ["Four?", long],
    ]);
    const parts = tokensOf(await chat.cacheReport());
    expect(parts.filter(([kind]) => kind === "user").map(([, text]) => text)).toEqual(["Three?", "Four?"]);
  });

  test("sum to what the cache holds and takes, by every policy, cache and chat", async () => {
    const line = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 70 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(line, line, fc.constantFrom("say", "undo", "regenerate")), { maxLength: 7 }),
        fc.constantFrom<WindowPolicyName>("turns", "sinks", "shift"),
        fc.boolean(),
        async (steps, policy, canShift) => {
          const heldBytes = (tokens: number) => 3 * tokens + 5 * Math.min(tokens, 40);
          const { chat, engine } = await said([], { policy, facts: { canShift }, parts: { heldBytes } });
          for (const [question, answer, step] of steps) {
            if (step === "undo") chat.undo();
            engine.answers.push(answer);
            const again = step === "regenerate" && chat.messages.length > 0;
            await take(again ? chat.regenerate() : chat.send(question));
            const { parts, next } = await chat.cacheReport();
            const usage = chat.usage();
            expect(parts.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(engine.cells.length);
            expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(usage.usedBytes);
            for (const { tokens, bytes } of parts) expect(Math.min(tokens, bytes)).toBeGreaterThanOrEqual(0);
            expect(usage.turn).toBeLessThanOrEqual(usage.used - usage.system);
            expect(next?.tokens).toBeLessThanOrEqual(usage.used - usage.system);
            expect(parts.some(({ kind }) => kind === "gone")).toBe(false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("what leaves next", () => {
  const turn = "x".repeat(40);

  test("is what leaves: by the default the oldest turns, whole", async () => {
    const { chat } = await said([
      ["One?", turn],
      ["Two?", turn],
      ["Three?", turn],
    ]);
    const { next } = await chat.cacheReport();
    expect(next).toMatchObject({ turns: ["One?", "Two?"], isPartial: false, isReadAgain: false });
    expect(chat.usage().evicted).toBe(0);
    await take(chat.send("y"));
    const gone = chat.messages.filter(({ role, evicted }) => role === "user" && evicted);
    expect(gone.map(({ content }) => content)).toEqual(next?.turns);
    expect(chat.usage().evicted).toBe(next?.tokens);
  });

  test("is the least that leaves, whatever is said next, by every policy and cache", async () => {
    const line = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(line, line), { minLength: 1, maxLength: 9 }),
        fc.constantFrom<WindowPolicyName>("turns", "sinks", "shift"),
        fc.boolean(),
        async (turns, policy, canShift) => {
          const { chat, engine } = await said([], { policy, facts: { canShift } });
          for (const [question, answer] of turns) {
            const { next } = await chat.cacheReport();
            engine.answers.push(answer);
            const { events } = await take(chat.send(question));
            const [evicted] = ofType(events, "evicted");
            if (evicted) expect(evicted.tokens).toBeGreaterThanOrEqual(next?.tokens ?? Number.POSITIVE_INFINITY);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("by shift is a part of what follows the head, in the middle of a turn", async () => {
    const { chat } = await said([["One?", turn]], { policy: "shift" });
    expect((await chat.cacheReport()).next).toMatchObject({ turns: ["One?"] });
  });

  test("by stop is nothing", async () => {
    const { chat } = await said([["One?", turn]], { policy: "stop" });
    expect((await chat.cacheReport()).next).toBeUndefined();
  });

  test("of cells that cannot move makes what stays be read again", async () => {
    const { chat } = await said([["One?", turn]], { facts: { canShift: false } });
    expect((await chat.cacheReport()).next).toMatchObject({ isReadAgain: true });
  });
});

describe("what the last turn reused", () => {
  test("is all that was said before", async () => {
    const { chat } = await said([["One?", "1."]]);
    expect((await chat.cacheReport()).reuse).toMatchObject({ reused: 0, again: 0 });
    await take(chat.send("Two?"));
    const { reuse } = await chat.cacheReport();
    expect(reuse).toMatchObject({ again: 0, obstacle: undefined, restored: 0 });
    expect(reuse?.reused).toBeGreaterThan(40);
  });

  test("is less under another system prompt, and that is said", async () => {
    const { chat } = await said([["One?", "1."]]);
    chat.setSystemPrompt("Be long.");
    await take(chat.send("Two?"));
    expect((await chat.cacheReport()).reuse).toMatchObject({ obstacle: "system prompt changed" });
  });
});
