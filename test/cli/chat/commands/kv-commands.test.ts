// The slash commands that switch cache types and window policies: what they say before, ask, and do.
import { describe, expect, test } from "vitest";
import type { TurnFigures } from "../../../../src/cli/chat/panels/turn-figures.ts";
import { KvchatError } from "../../../../src/session/errors.ts";
import { take } from "../../../helpers/conversation.ts";
import { openFakeChat } from "../../../helpers/fake-engine.ts";
import { runCommand } from "../../../helpers/run-command.ts";

const figures = (evaluated: number, prefillPerSecond: number): TurnFigures => ({
  firstTokenMs: 1,
  prefillPerSecond,
  decodePerSecond: 1,
  tokens: { prompt: evaluated, reused: 0, evaluated, evicted: 0, generated: 1 },
});

/** A chat of so many tokens, the end of an answer included. */
async function chatOf(tokens: number, costOf = () => ({ allocated: 2048, held: 1024 })) {
  const { chat } = openFakeChat({
    facts: { contextSize: 8192, kvBytes: 4096 },
    parts: { costs: { of: costOf, ofAll: () => [] } },
  });
  if (tokens > 0) await take(chat.send("x".repeat(tokens - chat.usage().used - 30)));
  return chat;
}

const reopened = (typeK: string, typeV: string) => `reopened: {"cacheTypeK":"${typeK}","cacheTypeV":"${typeV}"}`;

describe("/kv", () => {
  test("says what it costs and switches", async () => {
    const chat = await chatOf(300);
    const { used, usedBytes } = chat.usage();
    const said = await runCommand("/kv q8_0", chat, { figures: [figures(10, 1), figures(100, 30), figures(90, 1)] });
    expect(usedBytes).toBe(used);
    expect(said).toEqual([
      `f16 → q8_0: ${used} tokens are read again with your next message, about ${Math.round(used / 30)} s; ` +
        `${used} B → 1 KiB, 4 KiB → 2 KiB for the whole context`,
      reopened("q8_0", "q8_0"),
      "the cache is q8_0 now",
    ]);
  });

  test("takes two types, and knows no speed before something was read", async () => {
    const [cost, done] = await runCommand("/kv Q8_0/Q4_0", await chatOf(300), { figures: [figures(10, 1)] });
    expect(cost).toMatch(/^f16 → K q8_0, V q4_0: \d+ tokens are read again with your next message; \d+ B → 1 KiB/);
    expect(done).toBe(reopened("q8_0", "q4_0"));
  });

  test("of an empty cache costs nothing to read", async () => {
    expect((await runCommand("/kv q8_0", await chatOf(0)))[0]).toBe("f16 → q8_0: 4 KiB → 2 KiB for the whole context");
  });

  test.each([
    ["many tokens", 3000, 1000],
    ["many seconds", 300, 5],
  ])("asks before it reads %s again", async (_name, tokens, speed) => {
    const chat = await chatOf(tokens);
    const options = { figures: [figures(100, speed)] };
    const refused = await runCommand("/kv q8_0", chat, options);
    expect(refused[0]).toMatch(/^f16 → q8_0: /);
    expect(refused.slice(1)).toEqual(["the cache stays f16"]);
    const agreed = await runCommand("/kv q8_0", chat, { ...options, confirm: async () => true });
    expect(agreed[1]).toBe(reopened("q8_0", "q8_0"));
  });

  test("of types that do not fit says so, and does nothing", async () => {
    const chat = await chatOf(300, () => {
      throw new KvchatError("A q8_0 cache for K does not fit this model.", { hint: "Types that fit: f16." });
    });
    expect(await runCommand("/kv q8_0", chat)).toEqual([
      "A q8_0 cache for K does not fit this model.\nTypes that fit: f16.",
    ]);
  });

  test.each([
    ["/kv", /^the cache is f16; \/kv TYPE or \/kv K\/V takes f32, f16, /],
    ["/kv f16", /^the cache is f16 already$/],
    ["/kv q8", /^“q8” is no cache type\nDid you mean q8_0\?/],
    ["/kv q8_0/q4_0/q4_0", /^“q8_0\/q4_0\/q4_0” is no cache type\n/],
    ["/kv q8_0/", /^“q8_0\/” is no cache type\n/],
  ])("%s says %s", async (line, wanted) => {
    const said = await runCommand(line, await chatOf(300));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(wanted);
  });
});

describe("/window", () => {
  test("changes what leaves from now on, and reads nothing again", async () => {
    const chat = await chatOf(300);
    expect(await runCommand("/window sinks", chat)).toEqual([
      "window turns → sinks: the first tokens and the newest stay, from now on; nothing is read again",
    ]);
    expect(chat.usage().windowPolicy).toBe("sinks");
    expect((await take(chat.send("More."))).done.tokens.reused).toBeGreaterThan(250);
  });

  test("stop ends answers where the context is full", async () => {
    const { chat, engine } = openFakeChat({ facts: { contextSize: 128 } });
    await runCommand("/window stop", chat);
    engine.answers.push("x".repeat(500));
    expect((await take(chat.send("Write."))).done.stopReason).toBe("context");
  });

  test("alone lists them, and a wrong one is told", async () => {
    const chat = await chatOf(0);
    const [list] = await runCommand("/window", chat);
    expect(list).toMatch(/^› turns {2}the oldest turns leave\n {2}sinks {2}/);
    expect(await runCommand("/window sink", chat)).toEqual([
      "“sink” is no window policy\nDid you mean sinks? /window lists them.",
    ]);
  });
});
