// Conversations and engines on the real models, as `kvchat run` opens them: one thread, greedy, a small context.
import type { KvShape } from "../../src/cache/budget.ts";
import type { Conversation } from "../../src/session/conversation-api.ts";
import type { Engine, Token } from "../../src/session/engine/engine.ts";
import { openEngine } from "../../src/session/engine/llama.ts";
import { loadAddon } from "../../src/session/engine/load-addon.ts";
import { freeMemory } from "../../src/session/engine/machine.ts";
import type { ConversationEvent, TurnResult } from "../../src/session/events.ts";
import { checkChatModel } from "../../src/session/models/check-chat-model.ts";
import { kvShape } from "../../src/session/models/kv-shape.ts";
import { openConversation } from "../../src/session/open-conversation.ts";
import { planEngine } from "../../src/session/plan-engine.ts";
import type { ConversationSettings } from "../../src/session/settings.ts";

export type Changes = Partial<ConversationSettings>;

export function testSettings(modelPath: string, changes: Changes = {}): ConversationSettings {
  return {
    modelPath,
    modelName: "test",
    ctxSize: 512,
    batchSize: 512,
    threads: 1,
    nPredict: 24,
    seed: 1,
    temp: 0,
    keep: 0,
    cacheTypeK: "f16",
    cacheTypeV: "f16",
    flashAttention: "auto",
    gpu: "off",
    swaFull: false,
    mmap: true,
    window: "turns",
    systemPrompt: "",
    reasoning: "auto",
    ...changes,
  };
}

export function openChat(modelPath: string, changes?: Changes): Promise<Conversation> {
  return openConversation(testSettings(modelPath, changes));
}

export interface SeenTurn {
  readonly events: readonly ConversationEvent[];
  readonly done: TurnResult;
}

/** Plays a turn to its end. */
export async function take(turn: AsyncIterable<ConversationEvent>): Promise<SeenTurn> {
  const events: ConversationEvent[] = [];
  for await (const event of turn) events.push(event);
  const done = events.at(-1);
  if (done?.type !== "done") throw new Error(`the turn ended in ${done?.type ?? "nothing"}`);
  return { events, done };
}

/** Plays a turn and stops it when `when` says so; the turn still ends in `done`. */
export async function takeUntil(
  play: (signal: AbortSignal) => AsyncIterable<ConversationEvent>,
  when: (event: ConversationEvent) => boolean,
): Promise<SeenTurn> {
  const abort = new AbortController();
  async function* watched() {
    for await (const event of play(abort.signal)) {
      if (when(event)) abort.abort();
      yield event;
    }
  }
  return take(watched());
}

export function ofType<T extends ConversationEvent["type"]>(events: readonly ConversationEvent[], type: T) {
  return events.filter((event): event is Extract<ConversationEvent, { type: T }> => event.type === type);
}

/** The engine alone, for questions of tokens and cells. */
export async function openTestEngine(modelPath: string, changes?: Changes): Promise<Engine> {
  const settings = testSettings(modelPath, changes);
  const facts = await checkChatModel(modelPath);
  const shape: KvShape = kvShape(facts);
  const llama = loadAddon(settings.gpu);
  return openEngine(llama, {
    ...settings,
    ...planEngine(facts, shape, settings, freeMemory(llama)),
    architecture: facts.architecture,
    multiRope: facts.multiRope,
    shape,
    typeK: settings.cacheTypeK,
    typeV: settings.cacheTypeV,
  });
}

export async function evaluate(engine: Engine, tokens: readonly Token[]): Promise<void> {
  for await (const _ of engine.prefill(tokens));
}

export const greedySampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 0 };

/** The next `count` greedy tokens behind what the cache holds; fewer when the model ends its answer. */
export async function greedyTokens(engine: Engine, count: number): Promise<Token[]> {
  const tokens: Token[] = [];
  engine.startSampling(greedySampling, []);
  while (tokens.length < count) {
    const token = await engine.sample();
    if (engine.isEndOfGeneration(token)) break;
    tokens.push(token);
    await engine.decode(token);
  }
  return tokens;
}
