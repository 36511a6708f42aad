// A chat that is kept nowhere is written down as the same chat from the store.
import { expect, test } from "vitest";
import { Recorder } from "../../src/session/recorder.ts";
import { exportJson } from "../../src/session/store/export-json.ts";
import { exportJsonl } from "../../src/session/store/export-jsonl.ts";
import { importSession } from "../../src/session/store/import-session.ts";
import { take } from "../helpers/conversation.ts";
import { openFakeChat } from "../helpers/fake-engine.ts";
import { openStore } from "../helpers/store.ts";
import { facts } from "../helpers/store-facts.ts";

async function chat(recorder?: Recorder) {
  const { chat, engine } = openFakeChat({
    facts: { contextSize: 2048 },
    parts: { recorder, systemPrompt: "Be brief." },
  });
  for (let answer = 1; answer < 9; answer++) engine.answers.push(`A${answer}`);
  await take(chat.send("Q1"));
  await take(chat.send("Q2"));
  await take(chat.regenerate());
  await take(chat.edit(1, "Q1b"));
  await take(chat.send("Q3"));
  chat.selectBranch({ turn: 1, role: "user", version: 0 });
  chat.undo();
  await take(chat.send("Q4"));
  return chat.source;
}

test("its branch and its tree are those of a kept one", async () => {
  const store = openStore();
  const kept = await chat(new Recorder({ store, begin: { ...facts, systemPrompt: "Be brief." } }));
  const unkept = await chat();
  expect(exportJsonl(unkept.load())).toBe(exportJsonl(kept.load()));
  expect(unkept.load().messages.map(({ siblings }) => siblings.length)).toEqual(
    kept.load().messages.map(({ siblings }) => siblings.length),
  );
  const text = (source: typeof kept) => {
    const { messages } = source.loadTree();
    const contents = new Map(messages.map(({ id, content }) => [id, content]));
    return messages.map(({ content, parent, stopReason }) => [content, contents.get(parent ?? 0), stopReason]).sort();
  };
  expect(text(unkept)).toEqual(text(kept));
});

test("what was written down can be read in", async () => {
  const store = openStore();
  const { id } = store.import(importSession(exportJson((await chat()).loadTree())));
  expect(store.load(id).messages.map(({ content }) => content)).toEqual(["Q1", "A1", "Q4", "A6"]);
});
