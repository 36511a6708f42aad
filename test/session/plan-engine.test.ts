// How a model is to run in the memory there is: the context that fits, layers on the graphics card, and refusals with a way out.
import { describe, expect, test } from "vitest";
import { type KvShape, largestContext } from "../../src/cache/budget.ts";
import { kvShape } from "../../src/session/models/kv-shape.ts";
import type { ModelFacts } from "../../src/session/models/model-facts.ts";
import { planEngine } from "../../src/session/plan-engine.ts";
import type { ConversationSettings } from "../../src/session/settings.ts";
import { testSettings } from "../helpers/conversation.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const spareBytes = 512 * MiB;

/** SmolLM2 135M, in a file of 92 MiB. */
const smollm2: ModelFacts = {
  path: "model.gguf",
  name: "SmolLM2",
  architecture: "llama",
  parameters: 134_515_008,
  fileBytes: 92 * MiB,
  contextTrained: 8192,
  layers: 30,
  heads: 9,
  kvHeads: new Array(30).fill(3),
  headSizeK: 64,
  headSizeV: 64,
  embeddingLength: 576,
  vocabularySize: 49_152,
  slidingWindow: 0,
  sharedKvLayers: 0,
  predictLayers: 0,
  isMla: false,
  indexerHeadSize: 0,
  recurrent: false,
  recurrentLayers: [],
  recurrentStateBytes: 0,
  multiRope: false,
  sampling: {},
  parts: 1,
};

interface Case {
  readonly facts?: Partial<ModelFacts>;
  readonly settings?: Partial<ConversationSettings>;
  /** Bytes left for the cache beside the weights and what is spared. */
  readonly room?: number;
  readonly vram?: number;
}

function plan({ facts, settings, room = GiB, vram = 0 }: Case = {}) {
  const model = { ...smollm2, ...facts };
  const free = { ramFreeBytes: room + model.fileBytes + spareBytes - vram, vramFreeBytes: vram };
  return planEngine(model, kvShape(model), testSettings("model.gguf", { ctxSize: undefined, ...settings }), free);
}

describe("the size of the context", () => {
  test.each<[string, Case, number]>([
    ["what the model was trained on", {}, 8192],
    ["at most 8192 where nobody asks for more", { facts: { contextTrained: 131_072 } }, 8192],
    ["less where the model was trained on less", { facts: { contextTrained: 2048 } }, 2048],
    ["8192 where the file does not say", { facts: { contextTrained: 0 } }, 8192],
    ["what memory holds", { room: 1000 * 23_040 }, 768],
    ["more of a smaller type", { room: 1000 * 23_040, settings: { cacheTypeK: "q8_0", cacheTypeV: "q8_0" } }, 1792],
    ["at least 256, whatever memory holds", { room: -GiB }, 256],
    ["as asked for", { settings: { ctxSize: 300 } }, 300],
    ["more than trained, as asked for", { settings: { ctxSize: 16_384 } }, 16_384],
    [
      "all that the model was trained on, for 0",
      { facts: { contextTrained: 16_384 }, settings: { ctxSize: 0 } },
      16_384,
    ],
  ])("is %s", (_, given, contextSize) => {
    expect(plan(given).contextSize).toBe(contextSize);
  });

  test("bounds the size of a batch", () => {
    expect(plan({ settings: { ctxSize: 300, batchSize: 512 } }).batchSize).toBe(300);
    expect(plan({ settings: { ctxSize: 300, batchSize: 64 } }).batchSize).toBe(64);
  });
});

describe("a context too large for the memory is refused", () => {
  const refusal = (given: Case) => {
    try {
      plan(given);
    } catch (error) {
      return error as { message: string; hint: string; exitCode: number };
    }
    throw new Error("it was not refused");
  };

  test("with the numbers, what would fit, and what a smaller type gains", () => {
    expect(refusal({ room: 100 * MiB, settings: { ctxSize: 8192 } })).toMatchObject({
      message: "A context of 8,192 tokens needs 180 MiB of KV cache, and 100 MiB of memory are left for it.",
      hint: "Use --ctx-size 4352 or less; with --kv q8_0 up to 8448.",
      exitCode: 4,
    });
  });

  test("also where it is the model's own", () => {
    expect(refusal({ room: 100 * MiB, settings: { ctxSize: 0 } }).message).toContain("8,192 tokens");
  });

  test.each<[string, Case, string]>([
    [
      "a type that is small already",
      { settings: { cacheTypeK: "q4_0", cacheTypeV: "q4_0" } },
      "Use --ctx-size 16128 or less.",
    ],
    ["heads that no small type fits", { facts: { headSizeK: 80, headSizeV: 80 } }, "Use --ctx-size 3584 or less."],
    ["room for a small type alone", { room: 4 * MiB }, "Use --kv q8_0 with --ctx-size 256 or less."],
    ["room for none", { room: MiB }, "Close other programs, or use a smaller model."],
    ["weights that do not fit", { room: -GiB }, "Close other programs, or use a smaller model."],
  ])("%s", (_, given, hint) => {
    const settings = { ctxSize: 100_000, ...given.settings };
    expect(refusal({ room: 100 * MiB, ...given, settings }).hint).toBe(hint);
  });

  test("and what it says would fit does", () => {
    const shape: KvShape = kvShape(smollm2);
    const cache = { typeK: "f16", typeV: "f16", batchSize: 512, swaFull: false } as const;
    const fits = largestContext(shape, cache, 100 * MiB);
    expect(plan({ room: 100 * MiB, settings: { ctxSize: fits } }).contextSize).toBe(fits);
    expect(() => plan({ room: 100 * MiB, settings: { ctxSize: fits + 1 } })).toThrow("memory are left");
  });
});

describe("cache types that do not fit are refused", () => {
  test.each<[string, Case, string, string]>([
    [
      "K",
      { facts: { headSizeK: 80 }, settings: { cacheTypeK: "q8_0" } },
      "A q8_0 cache for K does not fit this model: its head size 80 is no multiple of 32.",
      "Types that fit: f32, f16, bf16.",
    ],
    [
      "V",
      { facts: { headSizeV: 100 }, settings: { cacheTypeV: "iq4_nl" } },
      "A iq4_nl cache for V does not fit this model: its head size 100 is no multiple of 32.",
      "Types that fit: f32, f16, bf16.",
    ],
    [
      "K of sliding layers",
      { facts: { headSizeKSliding: 72 }, settings: { cacheTypeK: "q4_0" } },
      "A q4_0 cache for K does not fit this model: its head size 72 is no multiple of 32.",
      "Types that fit: f32, f16, bf16.",
    ],
    [
      "V without flash attention",
      { settings: { cacheTypeV: "q8_0", flashAttention: "off" } },
      "A q8_0 cache for V needs flash attention, which --flash-attn off forbids.",
      "Use --flash-attn auto, or one of f32, f16, bf16 for V.",
    ],
  ])("%s", (_, given, message, hint) => {
    expect(() => plan(given)).toThrow(expect.objectContaining({ message, hint, exitCode: 2 }));
  });

  test("and no others", () => {
    expect(plan({ facts: { headSizeK: 80, headSizeV: 96 }, settings: { cacheTypeV: "q4_0" } }).contextSize).toBe(8192);
    expect(plan({ settings: { cacheTypeK: "q8_0", flashAttention: "off" } }).contextSize).toBe(8192);
  });
});

describe("layers on the graphics card", () => {
  test.each<[string, Case, number]>([
    ["none without one", {}, 0],
    ["all, and the output layer, where it has room", { vram: GiB, room: 4 * GiB }, 31],
    ["as many as fit", { vram: spareBytes + 136 * MiB, room: 4 * GiB }, 15],
    ["none where it is full", { vram: 100 * MiB, room: 4 * GiB }, 0],
    ["as many as asked for", { vram: GiB, room: 4 * GiB, settings: { gpuLayers: 7 } }, 7],
    ["no more than there are", { vram: GiB, room: 4 * GiB, settings: { gpuLayers: 99 } }, 31],
  ])("%s", (_, given, gpuLayers) => {
    expect(plan(given).gpuLayers).toBe(gpuLayers);
  });
});
