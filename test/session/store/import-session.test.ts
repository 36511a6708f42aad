// What comes into the store: kvchat's own JSON without loss, OpenAI-style messages, and clear words for everything else.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExitCode } from "../../../src/session/errors.ts";
import { exportJson } from "../../../src/session/store/export-json.ts";
import { exportJsonl } from "../../../src/session/store/export-jsonl.ts";
import { importSession } from "../../../src/session/store/import-session.ts";
import type { SessionStore } from "../../../src/session/store/session-store.ts";
import { contents, expectWhole, openStore, sessionOf } from "../../helpers/store.ts";
import { facts } from "../../helpers/store-facts.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const said = (store: SessionStore, text: string) => contents(store, store.import(importSession(text)).id);

/** A tree without its ids: each message with what it is, and its parent's place in the list. */
function shapeOf(store: SessionStore, id: string) {
  const { session, messages } = store.loadTree(id);
  const place = new Map<number | null, number>(messages.map((message, index) => [message.id, index]));
  const { name, updated, id: ownId, leaf, ...rest } = session;
  return {
    ...rest,
    leaf: place.get(leaf),
    messages: messages.map(({ id: _, parent, ...message }) => ({ ...message, parent: place.get(parent) })),
  };
}

describe("kvchat's own JSON", () => {
  test("comes back without loss: branches, tokens, thinking, times, what is unfinished or outside of the window", () => {
    const folder = tempFolder();
    const store = openStore(folder);
    const { id } = sessionOf(store, ["one \0 \u001b[1m \u202e 🙂", "1a", "two"]);
    const generated = { tokens: [3, 2 ** 32 - 1], text: "<think>", lead: "\n" };
    store.beginAnswer(id).finish({ content: "2", thinking: "hm", generated }, "length");
    store.selectBranch(id, store.load(id).messages[0]?.id ?? 0);
    store.setLeaf(id, store.load(id).messages[1]?.id ?? 0);
    store.beginAnswer(id).save({ content: "1b", thinking: "" });
    store.setEvicted(id, [store.load(id).messages[0]?.id ?? 0]);
    const copy = store.import(importSession(exportJson(store.loadTree(id))));
    expect(shapeOf(store, copy.id)).toEqual(shapeOf(store, id));
    expect(copy).toMatchObject({ ...facts, name: `${store.load(id).session.name}-2` });
    store.setLeaf(id, null);
    expect(store.import(importSession(exportJson(store.loadTree(id)))).leaf).toBeNull();
    expectWhole(folder);
  });

  test("with a name that is none gets another", () => {
    const store = openStore();
    const json = JSON.parse(exportJson(store.loadTree(sessionOf(store, ["hi"]).id)));
    json.session.name = "../../etc/passwd\u001b";
    expect(store.import(importSession(JSON.stringify(json))).name).toBe("etc-passwd");
    expect(store.import(importSession(JSON.stringify(json)), { name: "mine" }).name).toBe("mine");
  });

  // biome-ignore lint/suspicious/noExplicitAny: made wrong on purpose
  test.each<[string, (json: any) => void]>([
    ["it does not say its version", (json) => delete json.version],
    ["a newer kvchat wrote it: version 2", (json) => Object.assign(json, { version: 2 })],
    ["session is no object", (json) => Object.assign(json, { session: [] })],
    ["session.seed is missing or of the wrong kind", (json) => delete json.session.seed],
    [
      "session.fingerprint is missing or of the wrong kind",
      (json) => Object.assign(json.session.fingerprint, { a: 1 }),
    ],
    ["session.settings.ctxSize is of the wrong kind", (json) => Object.assign(json.session.settings, { ctxSize: "9" })],
    ["session.leaf is none of the messages", (json) => Object.assign(json.session, { leaf: 99 })],
    ["messages is no array", (json) => Object.assign(json, { messages: {} })],
    ["messages[0].content is missing or of the wrong kind", (json) => delete json.messages[0].content],
    ["messages[1].role is missing or of the wrong kind", (json) => Object.assign(json.messages[1], { role: "tool" })],
    [
      "messages[1].created is missing or of the wrong kind",
      (json) => Object.assign(json.messages[1], { created: 9e15 }),
    ],
    ["messages[1] has the id of another", (json) => Object.assign(json.messages[1], { id: json.messages[0].id })],
    ["messages[0] stands before its parent, or has none", (json) => json.messages.reverse()],
    ["messages[1] follows one of the same role", (json) => Object.assign(json.messages[1], { role: "user" })],
  ])("is refused where %s", (why, damage) => {
    const store = openStore();
    const json = JSON.parse(exportJson(store.loadTree(sessionOf(store, ["hi", "ho"]).id)));
    damage(json);
    expect(() => importSession(JSON.stringify(json))).toThrow(`This cannot be imported: ${why}.`);
  });

  test("settings of a later version are left out", () => {
    const store = openStore();
    const json = JSON.parse(exportJson(store.loadTree(sessionOf(store, ["hi"]).id)));
    json.session.settings = { temp: 0.5, toString: 1, later: true };
    expect(importSession(JSON.stringify(json)).facts.settings).toEqual({ temp: 0.5 });
  });
});

describe("OpenAI-style messages", () => {
  test("as an array, in a request, and one a line", () => {
    const store = openStore();
    const messages = [
      { role: "system", content: "Be kind." },
      { role: "system", content: "And brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "Hello" },
          { type: "text", text: " there" },
        ],
      },
      { role: "assistant", content: "Hi", reasoning_content: "A greeting." },
      { role: "user", content: "Two things." },
      { role: "user", content: "Second thing." },
    ];
    const lines = `\ufeff${messages.map((message) => JSON.stringify(message)).join("\r\n\n")}\n`;
    for (const text of [JSON.stringify(messages), JSON.stringify({ model: "x", messages }), lines]) {
      const session = store.import(importSession(text));
      expect(session.systemPrompt).toBe("Be kind.\n\nAnd brief.");
      expect(session.name).toMatch(/^hello-there/);
      expect(store.load(session.id).messages).toMatchObject([
        { role: "user", content: "Hello there" },
        { role: "assistant", content: "Hi", thinking: "A greeting.", state: "complete" },
        { role: "user", content: "Two things.\n\nSecond thing." },
      ]);
    }
    expect(said(store, '{"role":"user","content":"alone"}')).toEqual(["alone"]);
  });

  test("come back from an export of lines as they were", () => {
    const store = openStore();
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const { id } = sessionOf(store, texts);
        expect(said(store, exportJsonl(store.load(id)))).toEqual(texts);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["", "it is empty"],
    ["hello", "line 1 is no JSON"],
    ['{"role":"user","content":"a"}\n\n{"role":', "line 3 is no JSON"],
    ['{"role":"user","content":"a"}\n7', "line 2 is no message"],
    ["[1]", "message 0 is no message"],
    ["[null]", "message 0 is no message"],
    ["7", "line 1 is no message"],
    ["[]", "no one says anything in it"],
    ['[{"role":"system","content":"a"}]', "no one says anything in it"],
    [
      '[{"role":"user","content":"a"},{"role":"tool","content":"b"}]',
      'message 1 has the role "tool", not system, user or assistant',
    ],
    ['[{"content":"b"}]', "message 0 has no role, not system, user or assistant"],
    ['[{"role":"user"}]', "the content of message 0 is no text"],
    ['[{"role":"user","content":null}]', "the content of message 0 is no text"],
    ['[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url"}]}]', "part 1 of message 0 is no text"],
    ['[{"role":"user","content":[null]}]', "part 0 of message 0 is no text"],
    ['[{"role":"assistant","content":"a"}]', "message 0 is an answer to nothing: the user speaks first"],
    [
      '[{"role":"user","content":"a"},{"role":"system","content":"b"}]',
      "message 1 is a system message after others have spoken",
    ],
  ])("%j is refused: %s", (text, why) => {
    expect(() => importSession(text)).toThrow(
      expect.objectContaining({ message: `This cannot be imported: ${why}.`, exitCode: ExitCode.usage }),
    );
  });
});
