// On the templates of two real models, and on some that do otherwise.
import { expect, test } from "vitest";
import { chooseTemplate } from "../../src/session/choose-template.ts";
import { loadAddon } from "../../src/session/engine/load-addon.ts";
import { openVocabulary } from "../../src/session/engine/vocabulary.ts";
import { readModelFacts } from "../../src/session/models/model-facts.ts";
import { ownSystemPrompt } from "../../src/session/own-system-prompt.ts";
import { gemma3Path, smollm2Path } from "../helpers/models.ts";

test.each([
  ["smollm2", smollm2Path, "You are a helpful AI assistant named SmolLM, trained by Hugging Face"],
  ["gemma3-270m", gemma3Path, ""],
])("%s", async (_name, path, own) => {
  await using engine = await openVocabulary(loadAddon("off"), await path());
  const { template } = chooseTemplate(await readModelFacts(await path()), engine);
  expect(ownSystemPrompt(engine, template)).toBe(own);
});

const each = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}<assistant>";

test.each([
  ["shows what is said alone", each, ""],
  ["says the same before any system prompt", `<system>Today is Monday.</>${each}`, ""],
  ["has one", `{% if messages[0].role != 'system' %}<system>Be kind 😀.</>{% endif %}${each}`, "Be kind 😀."],
  ["knows no system prompts", "<user>{{ messages[-1].content }}</>", ""],
  ["shows nothing", "", ""],
])("a template that %s", async (_name, source, own) => {
  await using engine = await openVocabulary(loadAddon("off"), await smollm2Path());
  expect(ownSystemPrompt(engine, { source, bosText: "", eosText: "" })).toBe(own);
});
