// The switch for thinking: what templates of several kinds are told, by llama.cpp's own interpreter; and chats in which it is turned,
// over an engine without a model, whose cache always holds what the template shows.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPrompt } from "../../src/session/chat-template.ts";
import type { Reasoning } from "../../src/session/conversation-api.ts";
import type { Engine } from "../../src/session/engine/engine.ts";
import { reasoningLimit } from "../../src/session/reasoning.ts";
import { Recorder } from "../../src/session/recorder.ts";
import { openChat, openTestEngine, take, takeUntil } from "../helpers/conversation.ts";
import { openFakeChat, renderChatml, type TemplateVariables } from "../helpers/fake-engine.ts";
import { smollm2Path } from "../helpers/models.ts";
import { openStore } from "../helpers/store.ts";
import { facts } from "../helpers/store-facts.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const turns = `{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}<|im_start|>assistant{{ "\\n" }}`;

/** The part of each that is about thinking, as the model's makers wrote it. */
const templates = {
  qwen3: `${turns}{%- if enable_thinking is defined and enable_thinking is false %}
    {{- '<think>\\n\\n</think>\\n\\n' }}
{%- endif %}`,
  smollm3: `{%- if enable_thinking is not defined -%}{%- set enable_thinking = true -%}{%- endif -%}
{{- "Reasoning Mode: " + ("/think" if enable_thinking else "/no_think") + "\\n" -}}${turns}
{%- if not enable_thinking -%}{{ "<think>\\n\\n</think>\\n" }}{%- endif -%}`,
  deepseek: `{% if not thinking is defined %}{% set thinking = false %}{% endif %}${turns}{{ '<think>' if thinking else '</think>' }}`,
  gptOss: `{%- if reasoning_effort is not defined %}{%- set reasoning_effort = "medium" %}{%- endif %}
{{- "Reasoning: " + reasoning_effort + "\\n" }}${turns}`,
  mistral: `{%- set reasoning_effort = reasoning_effort if reasoning_effort is defined else "none" %}
{{- "Effort: " + reasoning_effort + "\\n" }}${turns}`,
  plain: turns,
};

describe("a template", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTestEngine(await smollm2Path(), { ctxSize: 256 });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  const question = { role: "user", content: "Hi", thinking: "" } as const;
  const template = (source: string, reasoning?: Reasoning) => ({ source, bosText: "", eosText: "", reasoning });
  const textFor = (source: string, reasoning?: Reasoning) =>
    engine.detokenize(renderPrompt(engine, template(source, reasoning), [question]).tokens, true);
  const ask = "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n";

  test.each(Object.entries(templates))("%s is told nothing by auto", (_name, source) => {
    const asEver = engine.renderTemplate(source, {
      messages: [{ role: "user", content: "Hi" }],
      add_generation_prompt: true,
    });
    expect(textFor(source, "auto")).toBe(asEver);
    expect(textFor(source)).toBe(asEver);
  });

  test.each([
    ["qwen3", ask, `${ask}<think>\n\n</think>\n\n`],
    ["smollm3", `Reasoning Mode: /think\n${ask}`, `Reasoning Mode: /no_think\n${ask}<think>\n\n</think>\n`],
    ["deepseek", `${ask}<think>`, `${ask}</think>`],
    ["gptOss", `Reasoning: medium\n${ask}`, `Reasoning: low\n${ask}`],
    ["mistral", `Effort: high\n${ask}`, `Effort: none\n${ask}`],
    ["plain", ask, ask],
  ] as const)("%s is told on and off by the names it knows", (name, on, off) => {
    expect([textFor(templates[name], "on"), textFor(templates[name], "off")]).toEqual([on, off]);
  });

  test.each([
    ["qwen3", "off", undefined],
    ["gptOss", "on", undefined],
    ["mistral", "off", undefined],
    ["gptOss", "off", "the model cannot leave thinking out: it is told to think little"],
    ["plain", "on", "the model's chat template has no switch for thinking, and does as ever"],
    ["plain", "off", "the model's chat template has no switch for thinking, and does as ever"],
    ["plain", "auto", undefined],
  ] as const)("%s, told %s: what people hear", (name, reasoning, limit) => {
    expect(reasoningLimit(engine, template(templates[name], reasoning))).toBe(limit);
  });
});

/** As Qwen 3's: older answers are shown without their thinking. */
function renderQwen({ messages, enable_thinking, bos_token }: TemplateVariables): string {
  return renderChatml({ messages, bos_token }) + (enable_thinking === false ? "<think>\n\n</think>\n\n" : "");
}

describe("turned in a chat", () => {
  const template = { source: "<think>", bosText: "", eosText: "" };
  const open = () => openFakeChat({ render: renderQwen, parts: { template } });
  const asked = (text: string) => `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`;

  test("the cache holds what the template shows, and what stayed the same is not read again", async () => {
    const { chat, engine, cached } = open();
    engine.answers.push("One.", "Two.", "Three.");
    await take(chat.send("A"));
    expect(chat.setReasoning("off")).toEqual({ limit: undefined, again: 0 });
    expect(chat.reasoning).toBe("off");
    const second = await take(chat.send("B"));
    const before = `${asked("A")}One.<|im_end|>\n`;
    expect(cached()).toBe(`${before}${asked("B")}<think>\n\n</think>\n\nTwo.`);
    expect(second.done.tokens.reused).toBe(engine.tokenize(`${asked("A")}One.`, true).length);
    chat.setReasoning("auto");
    const third = await take(chat.send("C"));
    expect(cached()).toBe(`${before}${asked("B")}Two.<|im_end|>\n${asked("C")}Three.`);
    expect(third.done.tokens.reused).toBe(engine.tokenize(before + asked("B"), true).length);
  });

  test("a template that shows it at the beginning has all read again, and that is said before", async () => {
    const render = (variables: TemplateVariables) => `${variables.enable_thinking}|${renderChatml(variables)}`;
    const { chat, engine } = openFakeChat({ render });
    await take(chat.send("A"));
    const used = engine.cells.length;
    expect(chat.setReasoning("off").again).toBe(used);
    expect((await take(chat.send("B"))).done.tokens.reused).toBe(0);
  });

  test("an answer that was stopped goes on behind what it began with", async () => {
    const { chat, engine, cached } = open();
    engine.answers.push("<think>Let me see. ", "Four.");
    await takeUntil(
      (signal) => chat.send("2 + 2?", signal),
      (event) => event.type === "thinking" && event.tokens >= 9,
    );
    chat.setReasoning("off");
    await take(chat.continueAnswer());
    expect(cached()).toMatch(
      /^<\|im_start\|>user\n2 \+ 2\?<\|im_end\|>\n<\|im_start\|>assistant\n<think>Let me .*Four\.$/,
    );
    engine.answers.push("Five.");
    await take(chat.send("And 1?"));
    expect(cached().endsWith(`${asked("And 1?")}<think>\n\n</think>\n\nFive.`)).toBe(true);
  });

  test("it stays with the session", async () => {
    const store = openStore(tempFolder());
    const recorder = new Recorder({ store, begin: { ...facts, name: "chat" } });
    const { chat } = openFakeChat({ parts: { recorder } });
    chat.setReasoning("off");
    expect(store.find("chat").settings.reasoning).toBe("off");
    chat.setWindow("sinks");
    expect(store.find("chat").settings).toMatchObject({ reasoning: "off", window: "sinks" });
  });
});

test("a model whose template has no switch says so when the chat is opened", async () => {
  await using chat = await openChat(await smollm2Path(), { ctxSize: 256, reasoning: "off" });
  expect(chat.notices).toEqual(["the model's chat template has no switch for thinking, and does as ever"]);
  expect(chat.reasoning).toBe("off");
});
