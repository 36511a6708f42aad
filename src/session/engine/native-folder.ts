// Where the native parts of llama.cpp lie.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export function prebuildFolder(variant: "cpu" | "vulkan" | "cuda" | "metal"): string | undefined {
  const platform = { linux: "linux", darwin: "mac", win32: "win" }[process.platform as string];
  const name = `${platform}-${process.arch}${variant === "cpu" ? "" : `-${variant}`}`;
  const folder = fileURLToPath(new URL(`../../../node_modules/@node-llama-cpp/${name}/bins/${name}`, import.meta.url));
  return existsSync(folder) ? folder : undefined;
}
