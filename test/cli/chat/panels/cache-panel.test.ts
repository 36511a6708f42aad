// The panel of `/cache` as it looks in wide and narrow terminals and is read aloud, and each of its sentences.
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createGlyphs } from "../../../../src/cli/chat/glyphs.ts";
import { usualLook } from "../../../../src/cli/chat/look.ts";
import { type CacheFacts, cachePanel } from "../../../../src/cli/chat/panels/cache-panel.ts";
import { nextWords, reuseWords, sharedWords, typesWords } from "../../../../src/cli/chat/panels/cache-words.ts";
import type { CachedPart, CacheReport } from "../../../../src/session/cache-report.ts";

const perToken = 23_040;
const part = (kind: CachedPart["kind"], text: string, tokens: number): CachedPart => ({
  kind,
  text,
  tokens,
  bytes: tokens * perToken,
});
const kv = { typeK: "f16", typeV: "f16", bytes: 512 * perToken, contextSize: 512 };
const report: CacheReport = {
  parts: [
    part("system", "Be brief.", 31),
    part("user", "Why is\nthe sky blue?", 24),
    part("assistant", "Because air scatters blue light more than red light, in all directions.", 126),
    part("user", "And at night?", 30),
    part("assistant", "It is dark.", 200),
  ],
  reuse: { prompt: 211, reused: 181, restored: 0, again: 0, obstacle: undefined },
  notResumed: undefined,
  next: { tokens: 150, turns: ["Why is the sky blue?"], isPartial: false, isReadAgain: false },
  shared: { pieces: 2, bytes: 9_469_440, shared: 1, sharedBytes: 5_898_240, sessions: ["trip-to-rome"] },
  types: [
    { type: "f16", bytes: 512 * perToken },
    { type: "q8_0", bytes: 512 * 12_240 },
    { type: "q4_0", bytes: 512 * 6_480 },
  ],
};
const messages = [
  { role: "user", content: "Hello?", thinking: "", evicted: true },
  { role: "assistant", content: "Hello.", thinking: "", evicted: true },
] as const;
const usage = {
  contextSize: 512,
  used: 411,
  system: 31,
  turn: 230,
  evicted: 700,
  usedBytes: 411 * perToken,
  kv,
  windowPolicy: "turns" as const,
};
const facts: CacheFacts = { usage, report, messages, isKept: true };

describe("the panel", () => {
  test("in 77 columns", () => {
    expect(cachePanel(facts, { columns: 77, look: usualLook })).toBe(
      [
        "▓▓▓░░░░░░░░░░░░██████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒·········",
        "▓ system 31   ░ evicted 700   █ turns 150   ▒ this turn 230   · free 101",
        "",
        "  tokens     bytes",
        "▓     31   698 KiB  system: Be brief.",
        "░    700            has left: 1 turn up to “Hello?”",
        "█     24   540 KiB  you: Why is the sky blue?",
        "█    126  2.77 MiB  model: Because air scatters blue light more than red lig…",
        "▒     30   675 KiB  you: And at night?",
        "▒    200  4.39 MiB  model: It is dark.",
        "",
        "context      411 of 512 tokens, 9.03 MiB",
        "last turn    reused 181 of 211 tokens; only what is new was read",
        "leaves next  at least 150 tokens: the turn “Why is the sky blue?”",
        "window       turns",
        "on disk      2 blocks, 9.03 MiB; 1 of them (5.63 MiB) shared with",
        "             “trip-to-rome”",
        "types        K f16, V f16: 11.3 MiB for 512 tokens",
        "others       q8_0 5.98 MiB (53%), q4_0 3.16 MiB (28%)",
      ].join("\n"),
    );
  });

  test("in 37 columns, in ASCII", () => {
    const look = { ...usualLook, glyphs: createGlyphs({ TERM: "linux" }) };
    const panel = cachePanel(facts, { columns: 37, look }).split("\n");
    expect(panel.slice(0, 9)).toEqual([
      "==~~~~~~~#########+++++++++++++......",
      "= system 31   ~ evicted 700",
      "# turns 150   + this turn 230",
      ". free 101",
      "",
      "  tokens     bytes",
      "=     31   698 KiB  system: Be brief.",
      "~    700            has left: 1 turn…",
      "#     24   540 KiB  you: Why is the …",
    ]);
  });

  test("is sentences for a screen reader", () => {
    const spoken = cachePanel(facts, { columns: 77, look: { ...usualLook, isForScreenReader: true } });
    expect(spoken).toMatch(/^Context: 411 of 512 tokens, 9\.03 MiB\.\nLast turn: reused 181 of 211 tokens/);
    expect(spoken).toContain(
      "In the cache, in its order:\n31 tokens, 698 KiB, system: Be brief.\n700 tokens, has left:",
    );
    expect(spoken).not.toMatch(/[▓░█▒]/);
  });

  test("names what is no longer part of the chat, and sums up the middle of a long one", () => {
    const turns = Array.from({ length: 20 }, (_, index) => part(index % 2 ? "assistant" : "user", `m${index}`, 10));
    const parts = [part("system", "", 31), ...turns, part("gone", "", 7)];
    const panel = cachePanel({ ...facts, report: { ...report, parts } }, { columns: 77, look: usualLook });
    expect(panel).toContain("      7   158 KiB  no longer part of the chat");
    expect(panel).toContain("     90  1.98 MiB  9 messages between");
    expect(panel.match(/m\d+/g)).toEqual(["m0", "m1", "m2", "m3", "m13", "m14", "m15", "m16", "m17", "m18", "m19"]);
  });

  test("fits its columns, whatever was said", () => {
    const kinds = fc.constantFrom<CachedPart["kind"]>("user", "assistant", "gone");
    const parts = fc.array(fc.tuple(kinds, fc.string({ unit: "grapheme" }), fc.nat(1e6)), { maxLength: 30 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 38, max: 200 }), (some, columns) => {
        const listed = some.map(([kind, text, tokens]) => part(kind, text, tokens));
        const panel = cachePanel({ ...facts, report: { ...report, parts: listed } }, { columns, look: usualLook });
        for (const line of panel.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe("the sentences", () => {
  const reuse = { prompt: 1300, reused: 1200, restored: 0, again: 0, obstacle: undefined };

  test.each<[Parameters<typeof reuseWords>[0]["reuse"], string | undefined, string]>([
    [reuse, undefined, "reused 1,200 of 1,300 tokens; only what is new was read"],
    [
      { ...reuse, restored: 700 },
      undefined,
      "reused 1,200 of 1,300 tokens, 700 of them from the disk; only what is new was read",
    ],
    [{ ...reuse, reused: 0 }, undefined, "read all 1,300 tokens: nothing like it was there"],
    [
      { ...reuse, reused: 30, again: 1000, obstacle: "cannot shift" },
      undefined,
      "reused 30 of 1,300 tokens; 1,000 were read again: the window moved, and this model's cache cannot move with it",
    ],
    [undefined, undefined, "nothing was asked yet"],
    [undefined, "the model file is another one", "not all came back: the model file is another one"],
  ])("of %j, %s", (given, notResumed, wanted) => {
    expect(reuseWords({ reuse: given, notResumed })).toBe(wanted);
  });

  test.each<[Parameters<typeof nextWords>[0], string]>([
    [undefined, "nothing: an answer ends where the context is full"],
    [{ tokens: 0, turns: [], isPartial: false, isReadAgain: false }, "nothing of what is there now"],
    [{ tokens: 9, turns: [], isPartial: false, isReadAgain: false }, "at least 9 tokens"],
    [{ tokens: 9, turns: ["a"], isPartial: true, isReadAgain: false }, "at least 9 tokens: a part of the turn “a”"],
    [
      { tokens: 9, turns: ["a", "b", "c"], isPartial: true, isReadAgain: true },
      "at least 9 tokens: 3 turns, from “a” to a part of “c”; what stays is read again",
    ],
  ])("of %j", (next, wanted) => {
    expect(nextWords(next)).toBe(wanted);
  });

  const pieces = { pieces: 1, bytes: 1024, shared: 1, sharedBytes: 1024 };
  test.each<[Parameters<typeof sharedWords>[0], boolean, string]>([
    [undefined, false, "nothing: the chat is not kept"],
    [undefined, true, "nothing yet"],
    [{ ...pieces, shared: 0, sessions: [] }, true, "1 block, 1 KiB; no other chat shares any"],
    [{ ...pieces, sessions: ["a", "b"] }, true, "1 block, 1 KiB; 1 of them (1 KiB) shared with “a” and “b”"],
    [
      { ...pieces, sessions: ["a", "b", "c"] },
      true,
      "1 block, 1 KiB; 1 of them (1 KiB) shared with “a” and 2 more chats",
    ],
  ])("of %j, kept: %s", (shared, isKept, wanted) => {
    expect(sharedWords(shared, isKept)).toBe(wanted);
  });

  test("types of K and V that differ are beside all others", () => {
    const mixed = typesWords(report.types, { ...kv, typeV: "q4_0", bytes: 512 * 14_760 });
    expect(mixed.now).toBe("K f16, V q4_0: 7.21 MiB for 512 tokens");
    expect(mixed.others).toContain("f16 11.3 MiB (156%)");
  });
});
