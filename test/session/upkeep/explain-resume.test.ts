// What a resume would use is counted for every reason; under another chat template by the tokens that it makes of the chat.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BlockStore } from "../../../src/cache/block-store.ts";
import { storeState } from "../../../src/cache/store-state.ts";
import { templateMark, toKvRecord } from "../../../src/session/kv-record.ts";
import type { LoadedSession } from "../../../src/session/store/session-record.ts";
import type { GeneratedAnswer } from "../../../src/session/template-contents.ts";
import { explainResume } from "../../../src/session/upkeep/explain-resume.ts";
import { count, stateBytes } from "../../helpers/state-bytes.ts";
import { openStore, sessionOf } from "../../helpers/store.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const fingerprint = { model: "m" };
const tokens = count(0, 300);

async function keptSession() {
  const folder = tempFolder();
  const blocks = await BlockStore.open(join(folder, "kv"));
  const state = join(folder, "state");
  writeFileSync(
    state,
    stateBytes({ tokens, sections: [{ typeK: "f16", typeV: "f16", layers: [[2, 2]], positions: tokens }] }),
  );
  const { key, pieces } = await storeState(state, { fingerprint, tokens }, blocks);
  const ledger = { whole: tokens, erased: [], turns: [5], head: 5, keep: 0, cached: 300, evicted: 0 };
  const record = toKvRecord(ledger, { key, pieces, fingerprint, template: templateMark("as it was") });
  const store = openStore(join(folder, "data"));
  const loaded = store.load(sessionOf(store, ["ask", "answer"], { name: "chat" }).id);
  return (template: string, said: readonly number[], generated?: GeneratedAnswer) =>
    explainResume(saying(loaded, generated), record, blocks, {
      fingerprint,
      templates: ["another", template],
      contextSize: undefined,
      said: async () => said,
    });
}

/** The same chat, its answer generated in these tokens. */
function saying({ session, messages }: LoadedSession, generated: GeneratedAnswer | undefined): LoadedSession {
  return { session, messages: messages.map((message, index) => (index === 1 ? { ...message, generated } : message)) };
}

test("with an answer that the template shows otherwise, what is shown so is counted", async () => {
  const explain = await keptSession();
  const generated = { tokens: [7777, 7778], text: "answer", lead: "" };
  const reasons = [
    { kind: "never computed", message: "40 tokens of the chat were not kept so, and are evaluated from the text." },
  ];
  const said = [...tokens.slice(0, 150), ...count(2000, 2040)];
  expect(await explain("as it was", said, generated)).toMatchObject({
    tokens: 150,
    reused: 150,
    evaluatedAgain: 40,
    reasons,
  });
  expect(await explain("as it was", tokens, generated)).toMatchObject({
    tokens: 300,
    reused: 300,
    evaluatedAgain: 0,
    reasons: [],
  });
});

test("with one of the templates that it was made with, all of it", async () => {
  const explain = await keptSession();
  expect(await explain("as it was", tokens)).toMatchObject({
    tokens: 300,
    reused: 300,
    evaluatedAgain: 0,
    reasons: [],
  });
});

test("with another one, what follows the first difference is evaluated again", async () => {
  const explain = await keptSession();
  const reasons = [{ kind: "template changed", message: "The chat template is another one." }];
  const said = [...tokens.slice(0, 280), ...count(1000, 1050)];
  expect(await explain("new", said)).toMatchObject({ tokens: 300, reused: 280, evaluatedAgain: 50, reasons });
  expect(await explain("new", tokens)).toMatchObject({ tokens: 300, reused: 300, evaluatedAgain: 0, reasons });
  expect(await explain("new", count(1000, 1400))).toMatchObject({ reused: 0, evaluatedAgain: 400, reasons });
});
