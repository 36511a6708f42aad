// `/set reasoning on`, `off` or `auto`: whether the model thinks before it answers. Also as Ollama says it, `/set think`, `/set nothink`.
import type { Reasoning } from "../../../session/conversation-api.ts";
import { reasoningChoices } from "../../../session/reasoning-variables.ts";
import { plural } from "../panels/amounts.ts";
import type { OtherSetting } from "./other-setting.ts";

const effects: Readonly<Record<Reasoning, string>> = {
  on: "the model thinks before it answers",
  off: "the model answers without thinking",
  auto: "the model's chat template decides",
};

const implied: Readonly<Record<string, Reasoning>> = { think: "on", nothink: "off" };

export const reasoning: OtherSetting = {
  name: "reasoning",
  otherNames: Object.keys(implied),
  summary: "thinking before answers: on, off, or auto",
  value: (conversation) => conversation.reasoning,
  run({ conversation, note, fail }, { name, value: given }) {
    const value = given.toLowerCase() || implied[name];
    const before = conversation.reasoning;
    const wanted = reasoningChoices.find((choice) => choice === value);
    if (value === undefined) {
      note(`reasoning is ${before}: ${effects[before]}`);
    } else if (!wanted || (name === "nothink" && given !== "")) {
      fail(`reasoning cannot be “${value}”`, `Give one of ${reasoningChoices.join(", ")}.`);
    } else {
      const { limit, again } = conversation.setReasoning(wanted);
      const cost = again > 0 ? `; ${plural(again, "token")} in the cache are read again with your next message` : "";
      note(`reasoning ${before} → ${wanted}: ${limit ?? `${effects[wanted]}, from the next answer on`}${cost}`);
    }
  },
};
