// Decides, before anything is loaded, how a model is to run: context size, cache types, GPU layers. Refuses what cannot.
import prettyBytes from "pretty-bytes";
import { contextBytes, type KvConfig, type KvShape, largestContext } from "../cache/budget.ts";
import { isQuantised, type KvType, kvTypes } from "../cache/types.ts";
import { ExitCode, KvchatError } from "./errors.ts";
import { headSizes, misfit } from "./models/head-sizes.ts";
import type { ModelFacts } from "./models/model-facts.ts";
import type { ConversationSettings } from "./settings.ts";

const defaultContextLimit = 8192;
const smallestContext = 256;
/** Left to the system and to compute buffers when a context is sized to the memory. */
const spareBytes = 512 * 2 ** 20;

export interface EnginePlan {
  readonly contextSize: number;
  readonly batchSize: number;
  readonly gpuLayers: number;
}

/** Bytes that weights and cache may take; `vramFreeBytes` is 0 where no graphics card computes. */
export interface FreeMemory {
  readonly ramFreeBytes: number;
  readonly vramFreeBytes: number;
}

/** Throws KvchatError with what would work instead. */
export function planEngine(
  facts: ModelFacts,
  shape: KvShape,
  settings: ConversationSettings,
  { ramFreeBytes, vramFreeBytes }: FreeMemory,
): EnginePlan {
  checkTypes(facts, settings);
  const config: KvConfig = {
    typeK: settings.cacheTypeK,
    typeV: settings.cacheTypeV,
    batchSize: settings.batchSize,
    swaFull: settings.swaFull,
  };
  const room = roomForCache(facts, { ramFreeBytes, vramFreeBytes });
  const fits = largestContext(shape, config, room);
  const trained = facts.contextTrained || defaultContextLimit;
  const wanted = settings.ctxSize === 0 ? trained : settings.ctxSize;
  const contextSize =
    wanted ?? Math.max(smallestContext, Math.min(trained, defaultContextLimit, fits || smallestContext));
  if (wanted !== undefined && contextBytes(shape, config, contextSize) > Math.max(0, room)) {
    throw contextTooLarge(shape, config, contextSize, room);
  }
  const modelBytes = facts.fileBytes + contextBytes(shape, config, contextSize);
  return {
    contextSize,
    batchSize: Math.min(settings.batchSize, contextSize),
    gpuLayers: Math.min(settings.gpuLayers ?? layersThatFit(facts, modelBytes, vramFreeBytes), facts.layers + 1),
  };
}

/** Bytes that are left for the cache; below 0 where not even the weights fit. */
export function roomForCache({ fileBytes }: ModelFacts, { ramFreeBytes, vramFreeBytes }: FreeMemory): number {
  return ramFreeBytes + vramFreeBytes - fileBytes - spareBytes;
}

/** Weights and cache are taken as spread evenly over the layers; the output layer counts as one more. */
function layersThatFit({ layers }: ModelFacts, modelBytes: number, vramFreeBytes: number): number {
  const bytesPerLayer = modelBytes / (layers + 1);
  return Math.max(0, Math.floor((vramFreeBytes - spareBytes) / bytesPerLayer));
}

function contextTooLarge(shape: KvShape, config: KvConfig, contextSize: number, room: number): KvchatError {
  const size = (bytes: number) => prettyBytes(Math.max(0, bytes), { binary: true });
  const needed = contextBytes(shape, config, contextSize);
  const fits = largestContext(shape, config, room);
  const small: KvConfig = { ...config, typeK: "q8_0", typeV: "q8_0" };
  const fitsSmall = shape.layers.every(({ headSizeK, headSizeV }) => headSizeK % 32 === 0 && headSizeV % 32 === 0)
    ? largestContext(shape, small, room)
    : 0;
  return new KvchatError(
    `A context of ${contextSize.toLocaleString("en")} tokens needs ${size(needed)} of KV cache, and ${size(room)} of memory are left for it.`,
    { hint: whatWouldFit(fits, fitsSmall), exitCode: ExitCode.outOfRoom },
  );
}

/** `fits` and `fitsSmall` are tokens of context, as asked for and with a q8_0 cache; 0 where not even the smallest fits. */
function whatWouldFit(fits: number, fitsSmall: number): string {
  if (fits === 0 && fitsSmall === 0) return "Close other programs, or use a smaller model.";
  if (fits === 0) return `Use --kv q8_0 with --ctx-size ${fitsSmall} or less.`;
  const gain = fitsSmall > fits ? `; with --kv q8_0 up to ${fitsSmall}` : "";
  return `Use --ctx-size ${fits} or less${gain}.`;
}

type WantedTypes = Pick<ConversationSettings, "cacheTypeK" | "cacheTypeV" | "flashAttention">;

/** Whether `checkTypes` lets them pass. */
export function fitsModel(facts: ModelFacts, { cacheTypeK, cacheTypeV, flashAttention }: WantedTypes): boolean {
  const { k, v } = headSizes(facts);
  const isHeld = misfit(cacheTypeK, k) === undefined && misfit(cacheTypeV, v) === undefined;
  return isHeld && !lacksFlashAttention(cacheTypeV, flashAttention);
}

/** Throws KvchatError for types that this model's heads, or the choice of flash attention, do not allow. */
export function checkTypes(facts: ModelFacts, settings: WantedTypes): void {
  const { cacheTypeK, cacheTypeV, flashAttention } = settings;
  const sizes = headSizes(facts);
  requireFit("K", cacheTypeK, sizes.k);
  requireFit("V", cacheTypeV, sizes.v);
  if (lacksFlashAttention(cacheTypeV, flashAttention)) {
    throw new KvchatError(`A ${cacheTypeV} cache for V needs flash attention, which --flash-attn off forbids.`, {
      hint: `Use --flash-attn auto, or one of ${kvTypes.filter((type) => !isQuantised(type)).join(", ")} for V.`,
      exitCode: ExitCode.usage,
    });
  }
}

function lacksFlashAttention(typeV: KvType, flashAttention: WantedTypes["flashAttention"]): boolean {
  return flashAttention === "off" && isQuantised(typeV);
}

function requireFit(name: "K" | "V", type: KvType, sizes: readonly number[]): void {
  const size = misfit(type, sizes);
  if (size === undefined) return;
  const good = kvTypes.filter((candidate) => misfit(candidate, sizes) === undefined);
  throw new KvchatError(
    `A ${type} cache for ${name} does not fit this model: its head size ${size} is no multiple of 32.`,
    {
      hint: `Types that fit: ${good.join(", ")}.`,
      exitCode: ExitCode.usage,
    },
  );
}
