// The chat template of a model: its own, or the format that its vocabulary gives away.
import type { Engine } from "./engine/engine.ts";
import { fallbackTemplate } from "./fallback-template.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import type { ChatTemplate } from "./template-contents.ts";

/** With a notice for people where the model brings none. */
export function chooseTemplate(
  facts: ModelFacts,
  engine: Pick<Engine, "tokenize" | "detokenize">,
): { template: ChatTemplate; notices: string[] } {
  const token = (id: number | undefined) => (id === undefined ? "" : engine.detokenize([id], true));
  const texts = { bosText: token(facts.bosTokenId), eosText: token(facts.eosTokenId) };
  if (facts.chatTemplate) return { template: { ...texts, source: facts.chatTemplate }, notices: [] };
  const { name, template } = fallbackTemplate(engine);
  const notice = `the model brings no chat template: the ${name} format is used, and its answers may be poor`;
  return { template: { ...texts, source: template }, notices: [notice] };
}
