// What becomes of a choice to let a model think, or not: what its chat template makes of it, and what of the cache that costs.
import { commonPrefixLength } from "../cache/prefix.ts";
import { type ChatTokenizer, renderPrompt, renderSaid } from "./chat-template.ts";
import type { Token } from "./engine/engine.ts";
import { canOnlyThinkLess, reasoningChoices } from "./reasoning-variables.ts";
import { type ChatTemplate, placeContents, type TemplateMessage } from "./template-contents.ts";

/** A part of a sentence for people; undefined where the template does as it is told. */
export function reasoningLimit(
  engine: Pick<ChatTokenizer, "renderTemplate">,
  template: ChatTemplate,
): string | undefined {
  const { reasoning = "auto", source } = template;
  if (reasoning === "auto") return undefined;
  const question: TemplateMessage = { role: "user", content: "?", thinking: "" };
  const [on, off] = (["on", "off"] as const).map(
    (choice) => placeContents(engine, { ...template, reasoning: choice }, [question]).text,
  );
  if (on === off) return "the model's chat template has no switch for thinking, and does as ever";
  return reasoning === "off" && canOnlyThinkLess(source)
    ? "the model cannot leave thinking out: it is told to think little"
    : undefined;
}

/** How many tokens of the cache `before` shows in the chat as they are, and `after` does not. */
export function tokensReadAgain(
  engine: ChatTokenizer,
  messages: readonly TemplateMessage[],
  { before, after, cached }: { before: ChatTemplate; after: ChatTemplate; cached: readonly Token[] },
): number {
  const usable = (template: ChatTemplate) => commonPrefixLength(renderSaid(engine, template, messages), cached);
  return Math.max(0, usable(before) - usable(after));
}

/** An answer goes on behind what it began with, whatever was chosen since: the template with that choice. */
export function templateOfAnswer(
  engine: ChatTokenizer,
  template: ChatTemplate,
  messages: readonly TemplateMessage[],
  lead: string,
): ChatTemplate {
  const choices = reasoningChoices.map((reasoning) => ({ ...template, reasoning }));
  return [template, ...choices].find((choice) => renderPrompt(engine, choice, messages).lead === lead) ?? template;
}
