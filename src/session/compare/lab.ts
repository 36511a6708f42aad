// What all measurements of a comparison share: the model, loaded once, and contexts of it with any cache.
import { bytesPerToken, contextBytes, type KvConfig, type KvShape, largestContext } from "../../cache/budget.ts";
import { chooseTemplate } from "../choose-template.ts";
import type { Engine, LoadedModel, ScoringEngine } from "../engine/engine.ts";
import { type ContextOptions, openModel } from "../engine/llama.ts";
import { loadAddon } from "../engine/load-addon.ts";
import { freeMemory } from "../engine/machine.ts";
import { checkChatModel } from "../models/check-chat-model.ts";
import { kvShape } from "../models/kv-shape.ts";
import type { ModelFacts } from "../models/model-facts.ts";
import { planEngine, roomForCache } from "../plan-engine.ts";
import type { ConversationSettings } from "../settings.ts";
import type { ChatTemplate } from "../template-contents.ts";
import type { Pair } from "./plan.ts";
import type { Memory } from "./report.ts";

export class Lab implements AsyncDisposable {
  readonly facts: ModelFacts;
  readonly #shape: KvShape;
  /** That llama.cpp computes on. */
  readonly threads: number;
  readonly #settings: ConversationSettings;
  readonly #model: LoadedModel<ContextOptions>;
  /** Bytes that caches may take. */
  readonly #room: number;

  private constructor(
    facts: ModelFacts,
    settings: ConversationSettings,
    { model, room, threads }: { model: LoadedModel<ContextOptions>; room: number; threads: number },
  ) {
    this.facts = facts;
    this.#shape = kvShape(facts);
    this.#settings = settings;
    this.#model = model;
    this.#room = room;
    this.threads = threads;
  }

  /** Throws KvchatError for a file that is no chat model, and where the machine cannot hold it. */
  static async open(settings: ConversationSettings, contextSize: number, signal: AbortSignal): Promise<Lab> {
    const facts = await checkChatModel(settings.modelPath);
    const { path: modelPath, architecture, multiRope } = facts;
    const shape = kvShape(facts);
    const llama = loadAddon(settings.gpu);
    const memory = freeMemory(llama);
    const small = { ...settings, ctxSize: contextSize, cacheTypeK: "f16", cacheTypeV: "f16" } as const;
    const { gpuLayers } = planEngine(facts, shape, small, memory);
    const { mmap, onNativeLog } = settings;
    const options = { modelPath, architecture, multiRope, shape, gpuLayers, mmap, onNativeLog, signal };
    return new Lab(facts, settings, {
      model: await openModel(llama, options),
      room: roomForCache(facts, memory),
      threads: settings.threads ?? llama.addon.getMathCores(),
    });
  }

  /** Throws KvchatError where llama.cpp cannot create it. */
  openContext(pair: Pair, contextSize: number): Promise<ScoringEngine> {
    const { threads, flashAttention, swaFull } = this.#settings;
    const { batchSize, typeK, typeV } = this.#config(pair, contextSize);
    return this.#model.openContext({ contextSize, batchSize, threads, typeK, typeV, flashAttention, swaFull });
  }

  chooseTemplate(engine: Engine): ChatTemplate {
    return chooseTemplate(this.facts, engine).template;
  }

  /** Of an open context with this pair. */
  memoryOf(pair: Pair, engine: ScoringEngine): Memory {
    const { contextSize } = engine.facts;
    const config = this.#config(pair, contextSize);
    const bytesAtContext = contextBytes(this.#shape, config, contextSize);
    return {
      bytesPerToken: bytesPerToken(this.#shape, config),
      bytesAtContext,
      computeBytes: Math.max(0, engine.allocatedBytes() - bytesAtContext),
      maxContext: this.maxContext(pair),
    };
  }

  /** Tokens of the largest context whose cache fits this machine. */
  maxContext(pair: Pair): number {
    return largestContext(this.#shape, this.#config(pair, this.#settings.batchSize), this.#room);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]();
  }

  #config({ k, v }: Pair, contextSize: number): KvConfig {
    const { batchSize, swaFull } = this.#settings;
    return { typeK: k, typeV: v, batchSize: Math.min(batchSize, contextSize), swaFull };
  }
}
