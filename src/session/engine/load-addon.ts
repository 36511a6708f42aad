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
  const variants = gpu === "auto" ? worthATry() : [gpu === "off" ? ("cpu" as const) : gpu];
  let reason: unknown;
  for (const variant of variants) {
    try {
      const loaded = loadVariant(variant);
      if (loaded && (gpu === "auto" || gpu === "off" || loaded.backend !== "CPU")) return loaded;
    } catch (error) {
      reason = error;
    }
  }
  // It knows the way out better: a folder for the native parts, for example.
  if (reason instanceof KvchatError) throw reason;
  if (gpu !== "auto" && gpu !== "off") {
    const why = reason instanceof Error ? reason.message : "no such device or driver was found";
    throw new KvchatError(`--gpu ${gpu} cannot be used here: ${why}.`, {
      hint: wayOut,
      exitCode: ExitCode.failed,
      cause: reason,
    });
  }
  const why =
    reason instanceof Error ? reason.message : `there is no prebuilt llama.cpp for ${process.platform} ${process.arch}`;
  throw new KvchatError(`llama.cpp could not be loaded: ${why}.`, {
    hint: "`kvchat doctor` tells what is missing; Linux needs glibc 2.34 and libstdc++ 3.4.30 or later.",
    cause: reason,
  });
}

function worthATry(): Variant[] {
  return candidates().flatMap(({ variant, reason }) => (reason === undefined ? [variant] : []));
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

export interface Candidate {
  readonly variant: Variant;
  readonly name: (typeof backendNames)[Variant];
  /** Why it is not worth a try; undefined: it is. */
  readonly reason?: string;
}

/** What `--gpu auto` tries, in this order, by cheap signs of a driver: loading a module without one takes time. */
export function candidates(): Candidate[] {
  const variants: Variant[] = process.platform === "darwin" ? ["metal", "cpu"] : ["cuda", "vulkan", "cpu"];
  return variants.map((variant) => ({ variant, name: backendNames[variant], reason: whyNot(variant) }));
}

function whyNot(variant: Variant): string | undefined {
  if (variant === "cuda" && process.platform === "linux" && !existsSync("/proc/driver/nvidia/version"))
    return "no NVIDIA driver is loaded";
  if (variant === "vulkan" && !hasVulkanDevice()) return "no graphics device was found";
  if (!prebuildFolder(variant)) return `this kvchat has no ${backendNames[variant]} part for this platform`;
  return undefined;
}

function hasVulkanDevice(): boolean {
  if (process.env.GGML_VK_VISIBLE_DEVICES) return true;
  if (process.platform === "win32")
    return existsSync(join(process.env.SystemRoot ?? "C:\\Windows", "System32", "vulkan-1.dll"));
  return existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("renderD"));
}
