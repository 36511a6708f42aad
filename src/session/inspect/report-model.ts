// From a model's header to all that `kvchat inspect` tells of it. Pure: nothing is loaded or looked up here.
import {
  bytesPerToken,
  bytesPerTokenPastWindow,
  contextBytes,
  type KvConfig,
  largestContext,
} from "../../cache/budget.ts";
import { type KvType, kvTypes } from "../../cache/types.ts";
import type { MachineMemory } from "../engine/machine.ts";
import type { ModelFile } from "../models/check-chat-model.ts";
import { headSizes, misfit } from "../models/head-sizes.ts";
import { isShapeExact, kvShape } from "../models/kv-shape.ts";
import type { ModelFacts } from "../models/model-facts.ts";
import { checkTypes, roomForCache } from "../plan-engine.ts";
import type { InspectedModel, InspectReport, TypeBytes } from "./inspect-report.ts";

export interface InspectOptions {
  readonly source: string;
  readonly config: KvConfig;
  /** Tokens; shown beside the usual sizes. */
  readonly contextSize?: number;
  readonly machine: MachineMemory;
}

const usualSizes = [4096, 8192, 32_768, 131_072];

/** Throws KvchatError where the chosen types do not fit the model. */
export function reportModel(file: ModelFile, options: InspectOptions): InspectReport {
  const { facts } = file;
  const { config, machine } = options;
  checkTypes(facts, { cacheTypeK: config.typeK, cacheTypeV: config.typeV, flashAttention: "auto" });
  const shape = kvShape(facts);
  const free = roomForCache(facts, machine);
  const largest = (ramFreeBytes: number, vramFreeBytes: number) => {
    if (bytesPerTokenPastWindow(shape, config) === 0) return null;
    return largestContext(shape, config, roomForCache(facts, { ramFreeBytes, vramFreeBytes }));
  };
  const sizes = [...new Set([...usualSizes, options.contextSize ?? 0])].filter((size) => size > 0);
  return {
    schema: 1,
    model: inspectedModel(file, options.source),
    kv: {
      typeK: config.typeK,
      typeV: config.typeV,
      exact: isShapeExact(facts),
      bytesPerToken: bytesPerToken(shape, config),
      bytesPerTokenPastWindow: bytesPerTokenPastWindow(shape, config),
      recurrentStateBytes: shape.stateBytes ?? 0,
      types: kvTypes.map((type): TypeBytes => {
        const reason = whyNot(type, facts);
        const bytes = bytesPerToken(shape, { ...config, typeK: type, typeV: type });
        return { type, bytesPerToken: reason === null ? bytes : null, misfit: reason };
      }),
    },
    memory: sizes
      .sort((a, b) => a - b)
      .map((contextSize) => {
        const kvBytes = contextBytes(shape, config, contextSize);
        const beyondTrained = facts.contextTrained > 0 && contextSize > facts.contextTrained;
        return { contextSize, kvBytes, totalBytes: facts.fileBytes + kvBytes, fits: kvBytes <= free, beyondTrained };
      }),
    machine,
    largestContext: {
      free: largest(machine.ramFreeBytes, machine.vramFreeBytes),
      total: largest(machine.ramTotalBytes, machine.vramTotalBytes),
      vram: machine.vramTotalBytes > 0 ? largest(0, machine.vramFreeBytes) : null,
    },
  };
}

function inspectedModel({ facts, notForChat }: ModelFile, source: string): InspectedModel {
  const { layers, slidingWindow } = kvShape(facts);
  const sliding = layers.filter((layer) => layer.sliding).length;
  return {
    name: facts.name,
    source,
    architecture: facts.architecture,
    parameters: facts.parameters,
    weightBytes: facts.fileBytes,
    files: facts.parts,
    contextTrained: facts.contextTrained,
    vocabulary: facts.vocabularySize,
    layers: facts.layers,
    heads: facts.heads,
    kvHeads: facts.kvHeads,
    headSizeK: facts.headSizeK,
    headSizeV: facts.headSizeV,
    attention: { full: layers.length - sliding, sliding },
    slidingWindow,
    recurrentLayers: facts.recurrentLayers.filter(Boolean).length,
    mla: facts.isMla,
    notForChat: notForChat ?? null,
  };
}

function whyNot(type: KvType, facts: ModelFacts): string | null {
  const sizes = headSizes(facts);
  const size = misfit(type, [...sizes.k, ...sizes.v]);
  return size === undefined ? null : `head size ${size} is no multiple of 32`;
}
