// What this machine has to offer llama.cpp: memory, processor, and which graphics cards can be computed on.
import { cpus, totalmem } from "node:os";
import type { FreeMemory } from "../plan-engine.ts";
import type { GpuChoice } from "../settings.ts";
import { candidates, type LoadedAddon, loadAddon } from "./load-addon.ts";

export interface BackendFacts {
  /** `CPU`, `CUDA`, `Metal` or `Vulkan`. */
  readonly name: string;
  readonly available: boolean;
  readonly devices: readonly string[];
  /** Why it is not available. */
  readonly reason?: string;
}

/** Bytes; `vram…` are 0 where no graphics card computes. */
export interface MachineMemory {
  readonly ramTotalBytes: number;
  readonly ramFreeBytes: number;
  readonly vramTotalBytes: number;
  readonly vramFreeBytes: number;
}

export interface MachineFacts extends MachineMemory {
  /** The first one available is what `--gpu auto` takes. */
  readonly backends: readonly BackendFacts[];
  readonly cpu: {
    readonly model: string;
    readonly logicalCores: number;
    /** Cores that llama.cpp computes on by default. */
    readonly mathCores: number;
    /** Instruction sets that llama.cpp found, such as `AVX2`. */
    readonly features: readonly string[];
  };
}

export function freeMemory(llama: LoadedAddon): FreeMemory {
  return memoryOf(llama);
}

/** Loads what `--gpu auto` would load. Throws KvchatError where not even the CPU works. */
export function describeMachine(): MachineFacts {
  const llama = loadAddon("auto");
  const processors = cpus();
  return {
    backends: candidates().map(({ name, reason }) => {
      if (name === llama.backend) return { name, available: true, devices: llama.devices };
      if (name === "CPU") return { name, available: true, devices: [] };
      return { name, available: false, devices: [], reason: reason ?? "its driver names no device" };
    }),
    ...memoryOf(llama),
    cpu: {
      model: processors[0]?.model.trim() || process.arch,
      logicalCores: processors.length,
      mathCores: llama.addon.getMathCores(),
      features: cpuFeatures(llama.addon.systemInfo()),
    },
  };
}

/** Without llama.cpp for the card that `gpu` names, its memory counts as none. */
export function machineMemory(gpu: GpuChoice): MachineMemory {
  try {
    return memoryOf(loadAddon(gpu));
  } catch {
    return memoryOf(undefined);
  }
}

function memoryOf(llama: LoadedAddon | undefined): MachineMemory {
  const { total, used } = llama ? vramOf(llama) : { total: 0, used: 0 };
  return {
    ramTotalBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    ramFreeBytes: process.availableMemory(),
    vramTotalBytes: total,
    vramFreeBytes: Math.max(0, total - used),
  };
}

function vramOf({ addon, backend }: LoadedAddon): { total: number; used: number } {
  return backend === "CPU" ? { total: 0, used: 0 } : addon.getGpuVramInfo();
}

/** From `CPU : SSE3 = 1 | AVX2 = 1 | REPACK = 1 | `. */
function cpuFeatures(systemInfo: string): string[] {
  const cpu = systemInfo.slice(systemInfo.indexOf("CPU :") + "CPU :".length);
  return [...cpu.matchAll(/([A-Z0-9_]+) = 1/g)].map((match) => match[1] as string);
}
