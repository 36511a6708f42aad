// Opens models and contexts of llama.cpp for the engine seam, through the native module of node-llama-cpp.
import { contextBytes, type KvShape } from "../../cache/budget.ts";
import { ggmlType, type KvType } from "../../cache/types.ts";
import { ExitCode, KvchatError } from "../errors.ts";
import { quoted } from "../models/quoted.ts";
import type { Addon, AddonContext, AddonModel } from "./addon.ts";
import type { Engine, EngineFacts, LoadedModel } from "./engine.ts";
import { LlamaEngine, type NativeParts } from "./llama-engine.ts";
import type { LoadedAddon } from "./load-addon.ts";

export interface ModelOptions {
  readonly modelPath: string;
  readonly architecture: string;
  readonly shape: KvShape;
  /** The model rotates several positions at once (M-RoPE), which no K-shift can move. */
  readonly multiRope: boolean;
  readonly gpuLayers: number;
  readonly mmap: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: "model" | "context", fraction: number) => void;
  readonly onNativeLog?: (level: string, message: string) => void;
}

export interface ContextOptions {
  readonly contextSize: number;
  readonly batchSize: number;
  readonly threads?: number;
  readonly typeK: KvType;
  readonly typeV: KvType;
  readonly flashAttention: "on" | "off" | "auto";
  readonly swaFull: boolean;
}

export type EngineOptions = ModelOptions & ContextOptions;

type NativeLog = NonNullable<ModelOptions["onNativeLog"]>;
/** Who hears now what llama.cpp logs. */
let told: NativeLog | undefined;
const logLevels = ["", "fatal", "error", "warn", "info", "log", "debug"];
/** Their caches cannot move cells (llama-kv-cache*.cpp, get_can_shift). */
const architecturesWithoutShift = new Set(["step35", "deepseek4"]);

/** A model with the one context of a conversation; the two go together. */
export async function openEngine(llama: LoadedAddon, options: EngineOptions): Promise<Engine> {
  const model = await loadModel(llama, options);
  const engine = await openContext(llama, model, { ...options, ownsModel: true });
  options.onProgress?.("context", 1);
  return engine;
}

/** A model for several contexts, one after the other or side by side. */
export async function openModel(llama: LoadedAddon, options: ModelOptions): Promise<LoadedModel<ContextOptions>> {
  const model = await loadModel(llama, options);
  return {
    openContext: (context) => openContext(llama, model, { ...options, ...context, ownsModel: false }),
    [Symbol.asyncDispose]: () => model.dispose(),
  };
}

/** A process has one logger for good: where it is given another, the end of the first counts for both, and all is printed. */
function logInto(addon: Addon, tell: NativeLog): void {
  if (!told) addon.setLogger((level, message) => told?.(logLevels[level] ?? "log", message));
  told = tell;
  addon.setLoggerLogLevel(logLevels.length - 1);
}

async function loadModel({ addon, backend }: LoadedAddon, options: ModelOptions): Promise<AddonModel> {
  if (options.onNativeLog) logInto(addon, options.onNativeLog);
  await addon.init();
  const model = new addon.AddonModel(options.modelPath, {
    addonExports: addon,
    gpuLayers: backend === "CPU" ? 0 : options.gpuLayers,
    useMmap: options.mmap,
    hasLoadAbortSignal: true,
    onLoadProgress: (fraction: number) => options.onProgress?.("model", fraction),
  });
  const abortLoad = () => model.abortActiveModelLoad();
  options.signal?.addEventListener("abort", abortLoad);
  const loaded = await model.init().finally(() => options.signal?.removeEventListener("abort", abortLoad));
  options.signal?.throwIfAborted();
  if (!loaded) {
    throw new KvchatError(`llama.cpp cannot load ${quoted(options.modelPath)}.`, {
      hint: "The file may be damaged or need a newer llama.cpp; run again with --verbose to see its own words.",
      exitCode: ExitCode.notFound,
    });
  }
  return model;
}

async function openContext(
  { addon, backend }: LoadedAddon,
  model: AddonModel,
  options: EngineOptions & Pick<NativeParts, "ownsModel">,
): Promise<LlamaEngine> {
  const context = await createContext(addon, model, options);
  const recurrent = addon.getIsArchRecurrent(options.architecture) || addon.getIsArchHybrid(options.architecture);
  const facts: EngineFacts = {
    backend,
    gpuLayers: backend === "CPU" ? 0 : options.gpuLayers,
    contextSize: options.contextSize,
    kvBytes: contextBytes(options.shape, options, options.contextSize),
    batchSize: options.batchSize,
    canShift: !recurrent && !options.multiRope && !cannotShift(options) && !canForget(options),
    swaWindow: canForget(options) ? options.shape.slidingWindow : 0,
  };
  return new LlamaEngine(facts, {
    model,
    context,
    ownsModel: options.ownsModel,
    makeSampler: () => new addon.AddonSampler(model),
    makeRenderer: (t) => new addon.AddonJinjaRenderer(t),
  });
}

/** Rows of BF16 cannot be rotated (ggml-cpu/ops.cpp, ggml_compute_forward_rope): a shift would end the process. */
function cannotShift({ architecture, typeK }: EngineOptions): boolean {
  return architecturesWithoutShift.has(architecture) || typeK === "bf16";
}

/**
 * Whether sliding layers may overwrite cells that have left their window: after a K-shift they do so even where they have
 * as many cells as the context (llama-kv-cache.cpp, find_slot), and a later shift or cut would miss them.
 */
function canForget({ shape, contextSize }: EngineOptions): boolean {
  return shape.layers.some((layer) => layer.sliding) && contextSize > shape.slidingWindow;
}

async function createContext(addon: Addon, model: AddonModel, options: EngineOptions): Promise<AddonContext> {
  const context = new addon.AddonContext(model, {
    contextSize: Math.ceil(options.contextSize / 256) * 256,
    batchSize: options.batchSize,
    sequences: 1,
    flashAttention: options.flashAttention === "auto" ? "auto" : options.flashAttention === "on",
    threads: options.threads ?? addon.getMathCores(),
    kvCacheKeyType: ggmlType(options.typeK),
    kvCacheValueType: ggmlType(options.typeV),
    swaFullCache: options.swaFull,
  });
  const created = await context.init().catch(() => false);
  if (created) return context;
  throw new KvchatError(
    `llama.cpp could not create a context of ${options.contextSize} tokens with a ${options.typeK}/${options.typeV} cache.`,
    {
      hint: "Try a smaller --ctx-size, or --kv f16; run again with --verbose to see its own words.",
      exitCode: ExitCode.outOfRoom,
    },
  );
}
