// The chat for a screen reader, for who wants little motion, without colours, and with a bell: on an emulated screen, by its bytes.
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { bun, TerminalSession } from "../../helpers/terminal.ts";

function chat(script: object, env: Record<string, string> = {}): TerminalSession {
  const full = { FAKE_CHAT: JSON.stringify(script), NODE_ENV: "production", ...env };
  return new TerminalSession({ file: bun, args: ["test/helpers/chat-with-fake.tsx"], env: full });
}

const words = Array.from({ length: 60 }, (_, index) => `w${index}`).join(" ");
const boxes = /[▓░█▒▰▱┊›·…⋮│─┌]/;

test.each<[string, object, Record<string, string>]>([
  ["--screen-reader", { isForScreenReader: true }, {}],
  ["INK_SCREEN_READER", {}, { INK_SCREEN_READER: "true" }],
])("with %s all is said in words, each line of an answer once", async (_name, script, env) => {
  const answers = [{ thinking: "Hm.", text: `${words}\n\n- **bold**`, evicted: { turns: 0, tokens: 9 } }];
  using session = chat({ ...script, answers, pace: 5 }, env);
  await session.waitFor("Ready. 2 percent of the context is used.");
  session.type("Count, please\r");
  await session.waitFor("Ready. 15 percent");
  const text = session.text();
  expect(text).toContain("You: Count, please\n\nNote: 9 tokens left the window");
  expect(text).toContain("Thought: Hm.\n\nAnswer: w0 w1");
  expect(text).toContain("\n- **bold**\n");
  expect(text).not.toMatch(boxes);
  // Nothing is written that is not kept: no line as it grows, and no gauge.
  const written = stripVTControlCharacters(session.bytes);
  expect(written.match(/\bw\d+\b/g)).toEqual(words.split(" "));
  expect(written).not.toMatch(boxes);
  expect(written.match(/Ready/g)?.length).toBeLessThanOrEqual(4);
  expect(session.modes().isCursorShown).toBe(true);
});

test("/cache and /stats are sentences for a screen reader", async () => {
  using session = chat({ isForScreenReader: true, answers: [{ text: "One." }] });
  await session.waitFor("Ready");
  session.type("ask\r");
  await session.waitFor("Answer: One.");
  session.type("/cache\r");
  await session.waitFor("Leaves next: at least 9 tokens: the turn “the oldest”");
  session.type("/stats\r");
  await session.waitFor("Decode: median 41.2 tokens a second");
  expect(session.text()).not.toMatch(boxes);
});

test("with little motion the counters stand while an answer comes, and end as they should", async () => {
  using moving = chat({ answers: [{ text: words }], pace: 5 });
  using calm = chat({ answers: [{ text: words }], pace: 5, isCalm: true });
  const counts = async (session: TerminalSession) => {
    await session.waitFor("12/512");
    session.type("Count\r");
    await session.waitFor("72/512");
    return new Set(session.bytes.match(/\b\d+\/512/g)).size;
  };
  const [many, few] = await Promise.all([counts(moving), counts(calm)]);
  expect(few).toBeLessThan(many);
});

test("an answer that took long rings when it is over", async () => {
  using session = chat({ answers: [{ text: "One two three." }], pace: 10, bellSeconds: 0.01 });
  await session.waitFor("12/512");
  expect(session.bytes).not.toContain("\u0007");
  session.type("Count\r");
  await session.waitFor("15/512");
  await session.waitFor(() => session.bytes.includes("\u0007"));
});

test("NO_COLOR leaves no style but the cursor's", async () => {
  using session = chat({ answers: [{ text: "One." }] }, { NO_COLOR: "1" });
  await session.waitFor("12/512");
  session.type("ask\r");
  await session.waitFor("13/512");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: styles are escape sequences
  const styles = new Set(session.bytes.match(/\u001b\[[\d;]*m/g));
  expect([...styles].filter((style) => !["\u001b[7m", "\u001b[27m", "\u001b[0m"].includes(style))).toEqual([]);
  expect(session.screen().join("\n")).toMatch(/▓▒·+ 13\/512/);
});
