// The chat format of a file without a template: chosen by the vocabulary's control tokens, and run by llama.cpp's interpreter.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/session/engine/engine.ts";
import { fallbackTemplate } from "../../src/session/fallback-template.ts";
import { openTestEngine } from "../helpers/conversation.ts";
import { smollm2Path } from "../helpers/models.ts";

/** A vocabulary in which these marks are one token each. */
const vocabulary = (...marks: string[]) => ({
  tokenize: (text: string, special: boolean) => (special && marks.includes(text) ? [1] : Array.from(text, () => 0)),
});

const chat = [
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello." },
  { role: "user", content: " Bye " },
];
const system = { role: "system", content: "Be brief." };

interface Format {
  readonly name: string;
  readonly mark: string;
  readonly plain: string;
  readonly withSystem: string;
}

const formats: readonly Format[] = [
  {
    name: "ChatML",
    mark: "<|im_start|>",
    plain:
      "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\n Bye <|im_end|>\n<|im_start|>assistant\n",
    withSystem: "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n",
  },
  {
    name: "Gemma",
    mark: "<start_of_turn>",
    plain:
      "<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n<start_of_turn>user\nBye<end_of_turn>\n<start_of_turn>model\n",
    withSystem: "<start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n",
  },
  {
    name: "Llama 3",
    mark: "<|start_header_id|>",
    plain:
      "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>" +
      "<|start_header_id|>user<|end_header_id|>\n\n Bye <|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    withSystem: "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user",
  },
  {
    name: "Phi",
    mark: "<|assistant|>",
    plain: "<|user|>\nHi<|end|>\n<|assistant|>\nHello.<|end|>\n<|user|>\n Bye <|end|>\n<|assistant|>\n",
    withSystem: "<|system|>\nBe brief.<|end|>\n<|user|>\nHi<|end|>\n",
  },
  {
    name: "Mistral",
    mark: "[INST]",
    plain: "[INST] Hi[/INST] Hello.</s>[INST]  Bye [/INST]",
    withSystem: "[INST] Be brief.\n\nHi[/INST]",
  },
];

describe.each(formats)("$name", ({ name, mark, plain, withSystem }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine(await smollm2Path(), { ctxSize: 256 });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test("is chosen by its mark, and gives the format", () => {
    const chosen = fallbackTemplate(vocabulary(mark));
    expect(chosen.name).toBe(name);
    const render = (messages: readonly object[], add_generation_prompt = true) =>
      engine.renderTemplate(chosen.template, { messages, add_generation_prompt });
    expect(render(chat)).toBe(plain);
    expect(render([system, ...chat]).startsWith(withSystem)).toBe(true);
    expect(plain.startsWith(render(chat, false))).toBe(true);
  });
});

test("ChatML is used where the vocabulary gives nothing away", () => {
  expect(fallbackTemplate(vocabulary()).name).toBe("ChatML");
});
