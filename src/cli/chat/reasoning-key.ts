// `/set reasoning on`, `off` or `auto`: whether the model thinks before it answers. Also as Ollama says it, `/set think`, `/set nothink`.
import type { Reasoning } from "../../session/conversation-api.ts";
import { reasoningChoices } from "../../session/reasoning-variables.ts";
import { plural } from "./amounts.ts";
import type { CommandContext } from "./slash-command.ts";

export const reasoningKey = { name: "reasoning", summary: "thinking before answers: on, off, or auto" };

const effects: Readonly<Record<Reasoning, string>> = {
  on: "the model thinks before it answers",
  off: "the model answers without thinking",
  auto: "the model's chat template decides",
};

/** False where these words are about another setting. */
export function setReasoning({ conversation, note, fail }: CommandContext, words: readonly string[]): boolean {
  const [name = "", ...values] = words.map((word) => word.toLowerCase().replace(/^--/, ""));
  if (!["reasoning", "think", "nothink"].includes(name)) return false;
  const implied = { think: "on", nothink: "off" }[name];
  const value = values.join(" ") || implied;
  const before = conversation.reasoning;
  const wanted = reasoningChoices.find((choice) => choice === value);
  if (value === undefined) {
    note(`reasoning is ${before}: ${effects[before]}`);
  } else if (!wanted || (name === "nothink" && values.length > 0)) {
    fail(`reasoning cannot be “${value}”`, `Give one of ${reasoningChoices.join(", ")}.`);
  } else {
    const { limit, again } = conversation.setReasoning(wanted);
    const cost = again > 0 ? `; ${plural(again, "token")} in the cache are read again with your next message` : "";
    note(`reasoning ${before} → ${wanted}: ${limit ?? `${effects[wanted]}, from the next answer on`}${cost}`);
  }
  return true;
}
