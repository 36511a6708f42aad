// On two real vocabularies: an answer keeps the tokens of the model that reads it, and loses those of another, on all branches.
import { expect, test } from "vitest";
import { loadAddon } from "../../src/session/engine/load-addon.ts";
import { openVocabulary } from "../../src/session/engine/vocabulary.ts";
import { readModelFacts } from "../../src/session/models/model-facts.ts";
import { keepOwnTokens } from "../../src/session/own-tokens.ts";
import { newMessage, newTurn } from "../../src/session/turn.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";

async function open(path: string) {
  const engine = await openVocabulary(loadAddon("off"), path);
  return { engine, size: (await readModelFacts(path)).vocabularySize, template: "" };
}

test.each([
  ["smollm2", smollm2Path, gemma3Path],
  ["gemma3-270m", gemma3Path, smollm2Path],
])("%s", async (_name, ownPath, otherPath) => {
  const [own, other] = await Promise.all([open(await ownPath()), open(await otherPath())]);
  await using _ = own.engine;
  await using __ = other.engine;
  const said = (text: string) => ({ tokens: own.engine.tokenize(text, false), text, lead: "" });
  const [first, last] = ["Nice", "日本 😀 is far away."].map((text, index, texts) => {
    const turn = newTurn(newMessage("user", "?"), undefined);
    turn.answer = { role: "assistant", content: texts[index] ?? "", thinking: "", generated: said(text) };
    return turn;
  }) as [ReturnType<typeof newTurn>, ReturnType<typeof newTurn>];
  first.next.push(last);
  const generated = () => [first, last].map(({ answer }) => answer?.generated);
  const before = generated();
  keepOwnTokens([first], own);
  expect(generated()).toEqual(before);
  keepOwnTokens([first], other);
  expect(generated()).toEqual([undefined, undefined]);
  expect(last.answer?.content).toBe("日本 😀 is far away.");
});
