// From settings to a conversation that can be spoken to: checks the model, plans memory, loads the engine.
import { contextBytes, heldBytes } from "../cache/budget.ts";
import { policies } from "../cache/window/index.ts";
import { createCacheCosts } from "./cache-cost.ts";
import { chooseTemplate } from "./choose-template.ts";
import { ChatConversation } from "./conversation.ts";
import type { Conversation, Sampling } from "./conversation-api.ts";
import { openEngine } from "./engine/llama.ts";
import { loadAddon } from "./engine/load-addon.ts";
import { freeMemory } from "./engine/machine.ts";
import type { ConversationEvent } from "./events.ts";
import { inSteps } from "./in-steps.ts";
import { checkChatModel } from "./models/check-chat-model.ts";
import { kvShape } from "./models/kv-shape.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import { fingerprintOf, openKeeper, type Persistence } from "./persistence.ts";
import { planEngine } from "./plan-engine.ts";
import { reasoningLimit } from "./reasoning.ts";
import type { ConversationSettings } from "./settings.ts";
import type { SessionFacts } from "./store/session-record.ts";
import type { Transcript } from "./transcript.ts";

export interface OpenOptions {
  /** Gets `loading` events. */
  readonly onEvent?: (event: ConversationEvent) => void;
  readonly signal?: AbortSignal;
  /** Absent: nothing is read or written besides the model. */
  readonly persistence?: Persistence;
  /** What was said so far in this process; the recorder of `persistence` is its own. */
  readonly transcript?: Transcript;
}

/** Throws KvchatError for a file that is no chat model, types that don't fit it, and a context too large for memory. */
export async function openConversation(
  settings: ConversationSettings,
  { onEvent, signal, persistence, transcript }: OpenOptions = {},
): Promise<Conversation> {
  const begun = performance.now();
  const facts = await checkChatModel(settings.modelPath);
  const shape = kvShape(facts);
  const llama = loadAddon(settings.gpu);
  const plan = planEngine(facts, shape, settings, freeMemory(llama));
  const modelLoading = inSteps((fraction) => onEvent?.({ type: "loading", stage: "model", fraction }));
  const cache = { ...settings, typeK: settings.cacheTypeK, typeV: settings.cacheTypeV };
  const opening = openEngine(llama, {
    ...settings,
    ...plan,
    modelPath: facts.path,
    architecture: facts.architecture,
    multiRope: facts.multiRope,
    shape,
    typeK: settings.cacheTypeK,
    typeV: settings.cacheTypeV,
    signal,
    onProgress: (stage, fraction) =>
      stage === "model" ? modelLoading(fraction) : onEvent?.({ type: "loading", stage, fraction }),
  });
  const fingerprint = persistence && fingerprintOf(facts, settings, persistence.engine);
  const stateBytes = contextBytes(shape, cache, plan.contextSize);
  const keeping = fingerprint && openKeeper(persistence, { engine: opening, fingerprint, stateBytes });
  keeping?.catch(() => {});
  const engine = await opening.catch(async (error: unknown): Promise<never> => {
    await keeping?.then((keeper) => keeper[Symbol.asyncDispose]()).catch(() => {});
    throw error;
  });
  const chosen = chooseTemplate(facts, engine);
  const template = { ...chosen.template, reasoning: settings.reasoning };
  const limit = reasoningLimit(engine, template);
  const sampling = chooseSampling(settings, facts);
  const conversation = new ChatConversation({
    recorder: persistence?.recorder,
    keeper: await keeping,
    onEvent,
    engine,
    template,
    policy: policies[settings.window],
    policyName: settings.window,
    model: settings.modelName,
    modelFacts: facts,
    typeK: settings.cacheTypeK,
    typeV: settings.cacheTypeV,
    heldBytes: (tokens) => heldBytes(shape, cache, tokens),
    costs: createCacheCosts(facts, shape, { ...settings, ...plan }),
    notices: [...chosen.notices, ...(limit ? [limit] : []), ...contextNotices(facts, plan.contextSize)],
    sampling,
    transcript,
    systemPrompt: settings.systemPrompt,
    keep: settings.keep,
    nPredict: settings.nPredict,
    loadMs: performance.now() - begun,
  });
  persistence?.recorder?.changed({ ...sessionFacts(settings, sampling), fingerprint: await fingerprint });
  if (transcript) await conversation.bringBack();
  else if (persistence?.session) await conversation.resume(persistence.session);
  return conversation;
}

/** What a session is to know of how it was run. */
function sessionFacts(settings: ConversationSettings, { seed }: Sampling): Partial<SessionFacts> {
  const { modelName, modelPath, systemPrompt, ctxSize, window, keep, cacheTypeK, cacheTypeV } = settings;
  const { flashAttention, swaFull, reasoning, temp, topK, topP, minP, repeatPenalty } = settings;
  const cache = { ctxSize, window, keep, cacheTypeK, cacheTypeV, flashAttention, swaFull };
  return {
    model: modelName,
    modelPath,
    systemPrompt,
    seed,
    settings: { ...cache, reasoning, temp, topK, topP, minP, repeatPenalty },
  };
}

function contextNotices({ contextTrained }: ModelFacts, contextSize: number): string[] {
  if (contextTrained === 0 || contextSize <= contextTrained) return [];
  const [size, trained] = [contextSize, contextTrained].map((tokens) => tokens.toLocaleString("en"));
  return [`the context of ${size} tokens is longer than the ${trained} that the model was trained on`];
}

/** The user's choice, then the model's own, then llama.cpp's defaults (common/common.h). */
function chooseSampling(settings: ConversationSettings, { sampling }: ModelFacts): Sampling {
  return {
    temperature: settings.temp ?? sampling.temperature ?? 0.8,
    topK: settings.topK ?? sampling.topK ?? 40,
    topP: settings.topP ?? sampling.topP ?? 0.95,
    minP: settings.minP ?? sampling.minP ?? 0.05,
    repeatPenalty: settings.repeatPenalty ?? sampling.repeatPenalty ?? 1,
    seed: settings.seed >= 0 ? settings.seed : Math.floor(Math.random() * 2 ** 32),
  };
}
