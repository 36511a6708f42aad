// What leaves the store: Markdown, HTML, JSON and JSON lines; nothing in a chat becomes markup, script or a control sequence.
import { expect, test } from "vitest";
import { exportHtml } from "../../../src/session/store/export-html.ts";
import { exportJson } from "../../../src/session/store/export-json.ts";
import { exportJsonl } from "../../../src/session/store/export-jsonl.ts";
import { exportMarkdown } from "../../../src/session/store/export-markdown.ts";
import type { SessionStore } from "../../../src/session/store/session-store.ts";
import { openStore, sessionOf } from "../../helpers/store.ts";

const nasty = "<script>alert('1')</script> & \"x\" \u001b[31m \0 \u009b2J \u202e";

function chat(store: SessionStore): string {
  const { id } = sessionOf(store, ["Hello", "first answer"], { name: "a <chat>" });
  store.beginAnswer(id).finish({ content: nasty, thinking: "Let me think." }, "stop");
  store.addUser(id, "More\nplease");
  store.beginAnswer(id).save({ content: "as far as", thinking: "" });
  return id;
}

test("Markdown is the current branch, as it was said", () => {
  const store = openStore();
  const { session, messages } = store.load(chat(store));
  expect(exportMarkdown({ session: { ...session, created: 0 }, messages })).toBe(`# a <chat>

tiny, 1970-01-01

## System

Be brief.

## User

Hello

## Assistant

<details><summary>Thinking</summary>

Let me think.

</details>

${nasty}

## User

More
please

## Assistant

as far as

*(unfinished)*
`);
});

test("JSON lines are messages as chat APIs take them", () => {
  const store = openStore();
  const lines = exportJsonl(store.load(chat(store)))
    .trimEnd()
    .split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hello" },
    { role: "assistant", content: nasty, reasoning_content: "Let me think." },
    { role: "user", content: "More\nplease" },
    { role: "assistant", content: "as far as" },
  ]);
});

test("JSON has every branch, and says what it is", () => {
  const store = openStore();
  const tree = store.loadTree(chat(store));
  expect(JSON.parse(exportJson(tree))).toEqual({ format: "kvchat-session", version: 1, ...tree });
  expect(tree.messages.map(({ content }) => content)).toContain("first answer");
});

test("JSON of all kinds holds no control character raw", () => {
  const store = openStore();
  const id = chat(store);
  const text = exportJson(store.loadTree(id)) + exportJsonl(store.load(id));
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("HTML holds all that was said as text, loads nothing, and is light or dark", () => {
  const store = openStore();
  const html = exportHtml(store.load(chat(store)));
  const text = html
    .replace(/<style>.*<\/style>/s, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  for (const said of ["a <chat>", "Be brief.", "Hello", "Let me think.", "More\nplease", "as far as", "(unfinished)"]) {
    expect(text).toContain(said);
  }
  expect(text).toContain("<script>alert('1')</script> & \"x\" \u241b[31m \u2400 \ufffd2J");
  expect(html).not.toMatch(/<script|<link|<img|<iframe|src=|href=|url\(|@import|https?:/i);
  expect(html).toContain("default-src 'none'");
  expect(html).toContain("prefers-color-scheme: dark");
  expect(html.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});
