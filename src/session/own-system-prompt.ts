// The system prompt that a chat template shows where none was given: SmolLM2's and Qwen 2.5's have one.
import { commonPrefixLength } from "../cache/prefix.ts";
import type { Engine } from "./engine/engine.ts";
import { KvchatError } from "./errors.ts";
import { type ChatTemplate, placeContents, type TemplateMessage } from "./template-contents.ts";

type Renderer = Pick<Engine, "renderTemplate">;

/** Empty where the template shows none, or nothing at all. */
export function ownSystemPrompt(engine: Renderer, template: ChatTemplate): string {
  try {
    const own = codesOf(beforeUser(engine, template, []));
    const given = codesOf(beforeUser(engine, template, [{ role: "system", content: "⁂", thinking: "" }]));
    const start = commonPrefixLength(own, given);
    const end = commonPrefixLength(own.slice(start).reverse(), given.slice(start).reverse());
    return String.fromCodePoint(...own.slice(start, own.length - end)).trim();
  } catch (error) {
    if (error instanceof KvchatError) return "";
    throw error;
  }
}

/** All that the model sees before what the user says first. */
function beforeUser(engine: Renderer, template: ChatTemplate, system: readonly TemplateMessage[]): string {
  const user: TemplateMessage = { role: "user", content: "?", thinking: "" };
  const { text, contents } = placeContents(engine, template, [...system, user]);
  return text.slice(0, contents.find(({ message }) => message.role === "user")?.start ?? 0);
}

function codesOf(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}
