// Where the native parts of llama.cpp lie: in node_modules, unless the process brings them along.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** From a prebuild's name, such as `linux-x64-vulkan`, to the folder that holds its files; undefined: there is none. */
export type FindPrebuild = (name: string) => string | undefined;

let findPrebuild: FindPrebuild = findInstalled;

/** For a binary that carries the native parts in itself. To be called before the engine loads. */
export function setPrebuilds(find: FindPrebuild): void {
  findPrebuild = find;
}

export function prebuildFolder(variant: "cpu" | "vulkan" | "cuda" | "metal"): string | undefined {
  const platform = { linux: "linux", darwin: "mac", win32: "win" }[process.platform as string];
  const name = `${platform}-${process.arch}${variant === "cpu" ? "" : `-${variant}`}`;
  return findPrebuild(name);
}

function findInstalled(name: string): string | undefined {
  const folder = fileURLToPath(new URL(`../../../node_modules/@node-llama-cpp/${name}/bins/${name}`, import.meta.url));
  return existsSync(folder) ? folder : undefined;
}
