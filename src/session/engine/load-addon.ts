// Loads llama.cpp for the graphics card asked for: picks the variant of the native module, and its backends.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, KvchatError } from "../errors.ts";
import type { GpuChoice } from "../settings.ts";
import type { Addon } from "./addon.ts";
import { prebuildFolder } from "./native-folder.ts";

type Variant = "cpu" | "vulkan" | "cuda" | "metal";

export interface LoadedAddon {
  readonly addon: Addon;
  /** `CPU`, `CUDA`, `Metal` or `Vulkan`: what it really computes on. */
  readonly backend: string;
  readonly devices: readonly string[];
}

const backendNames = { cpu: "CPU", cuda: "CUDA", metal: "Metal", vulkan: "Vulkan" } as const;
const wayOut = "Use --gpu auto or --gpu off; `kvchat doctor` lists what this machine has.";

/** Throws KvchatError when a card was asked for by name and is not there, or when nothing can be loaded. */
export function loadAddon(gpu: GpuChoice): LoadedAddon {
  const variants: Variant[] = gpu === "auto" ? likelyVariants() : [gpu === "off" ? "cpu" : gpu];
  let reason: unknown;
  for (const variant of variants) {
    try {
      const loaded = loadVariant(variant);
      if (loaded && (gpu === "auto" || gpu === "off" || loaded.backend !== "CPU")) return loaded;
    } catch (error) {
      reason = error;
    }
  }
  if (gpu !== "auto" && gpu !== "off") {
    const why = reason instanceof Error ? reason.message : "no such device or driver was found";
    throw new KvchatError(`--gpu ${gpu} cannot be used here: ${why}`, {
      hint: wayOut,
      exitCode: ExitCode.failed,
      cause: reason,
    });
  }
  const why =
    reason instanceof Error ? reason.message : `there is no prebuilt llama.cpp for ${process.platform} ${process.arch}`;
  throw new KvchatError(`llama.cpp could not be loaded: ${why}`, {
    hint: "`kvchat doctor` tells what is missing; Linux needs glibc 2.34 and libstdc++ 3.4.30 or later.",
    cause: reason,
  });
}

function loadVariant(variant: Variant): LoadedAddon | undefined {
  const folder = prebuildFolder(variant);
  if (!folder) return undefined;
  const addon = openModule(join(folder, "llama-addon.node"));
  addon.setLoggerLogLevel(0);
  addon.loadBackends();
  if (!addon.getGpuType()) addon.loadBackends(folder);
  const devices = addon.getGpuDeviceInfo().deviceNames;
  const computesOn = addon.getGpuType() && devices.length > 0 ? variant : "cpu";
  return { addon, backend: backendNames[computesOn], devices };
}

function openModule(path: string): Addon {
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module as NodeJS.Module, path);
  return module.exports as Addon;
}

/** Cheap signs of a driver; a variant whose driver is missing falls back to the CPU by itself. */
function likelyVariants(): Variant[] {
  if (process.platform === "darwin") return process.arch === "arm64" ? ["metal"] : ["cpu"];
  const variants: Variant[] = [];
  if (existsSync("/proc/driver/nvidia/version") || process.platform === "win32") variants.push("cuda");
  if (hasVulkanDevice()) variants.push("vulkan");
  return [...variants, "cpu"];
}

function hasVulkanDevice(): boolean {
  if (process.env.GGML_VK_VISIBLE_DEVICES) return true;
  if (process.platform === "win32")
    return existsSync(join(process.env.SystemRoot ?? "C:\\Windows", "System32", "vulkan-1.dll"));
  return existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("renderD"));
}
