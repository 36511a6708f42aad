// The tokens of a session as a resume would render them, without loading the model's weights.
import { renderSaid } from "../chat-template.ts";
import { chooseTemplate } from "../choose-template.ts";
import type { Token } from "../engine/engine.ts";
import { loadAddon } from "../engine/load-addon.ts";
import { openVocabulary } from "../engine/vocabulary.ts";
import type { ModelFacts } from "../models/model-facts.ts";
import type { LoadedSession } from "../store/session-record.ts";
import { Transcript } from "../transcript.ts";

/** Up to the end of the last answer. Reads the vocabulary, which takes a tenth of a second to one second. */
export async function saidTokens(
  { session, messages }: LoadedSession,
  facts: ModelFacts,
  systemPrompt: string,
): Promise<readonly Token[]> {
  await using vocabulary = await openVocabulary(loadAddon("off"), facts.path);
  const transcript = new Transcript(systemPrompt);
  transcript.restore(messages, session.leaf);
  const { template } = chooseTemplate(facts, vocabulary);
  return renderSaid(vocabulary, { ...template, reasoning: session.settings.reasoning }, transcript.prompt);
}
