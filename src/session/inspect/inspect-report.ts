// The object that `kvchat inspect` makes and prints: a model's shape, what its cache takes, and what this machine can hold.
import type { KvType } from "../../cache/types.ts";
import type { MachineMemory } from "../engine/machine.ts";

/** The object that `inspect --json` prints. A contract: only add to it. */
export interface InspectReport {
  readonly schema: 1;
  readonly model: InspectedModel;
  readonly kv: InspectedCache;
  readonly memory: readonly ContextMemory[];
  readonly machine: MachineMemory;
  /** Tokens; null where the cache does not grow with the context, and where there is no video memory. */
  readonly largestContext: {
    readonly free: number | null;
    readonly total: number | null;
    readonly vram: number | null;
  };
}

export interface InspectedModel {
  readonly name: string;
  /** Path of the (first) file, or its address. */
  readonly source: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly weightBytes: number;
  readonly files: number;
  readonly contextTrained: number;
  readonly vocabulary: number;
  readonly layers: number;
  readonly heads: number;
  /** K/V heads of each layer, as the file has them. */
  readonly kvHeads: readonly number[];
  readonly headSizeK: number;
  readonly headSizeV: number;
  /** Layers that keep K and V: those that slide over a window, and those that see the whole context. */
  readonly attention: { readonly full: number; readonly sliding: number };
  /** Tokens that a sliding layer looks back; 0 where none slides. */
  readonly slidingWindow: number;
  readonly recurrentLayers: number;
  readonly mla: boolean;
  readonly notForChat: string | null;
}

export interface InspectedCache {
  readonly typeK: KvType;
  readonly typeV: KvType;
  /** False: this architecture keeps more, or other, than is modelled here. */
  readonly exact: boolean;
  readonly bytesPerToken: number;
  /** Of each further token, once the windows of sliding layers are full. */
  readonly bytesPerTokenPastWindow: number;
  readonly recurrentStateBytes: number;
  readonly types: readonly TypeBytes[];
}

export interface TypeBytes {
  readonly type: KvType;
  /** Null where this model cannot have it. */
  readonly bytesPerToken: number | null;
  /** Why this model cannot have it; null where it can. */
  readonly misfit: string | null;
}

export interface ContextMemory {
  readonly contextSize: number;
  readonly kvBytes: number;
  /** Weights and cache. */
  readonly totalBytes: number;
  readonly fits: boolean;
  readonly beyondTrained: boolean;
}
