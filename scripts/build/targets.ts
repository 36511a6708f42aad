// The platforms that a binary can be built for, and where the prebuilt llama.cpp of each is.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface Target {
  readonly bunTarget: string;
  /** Names of node-llama-cpp's prebuilds, the plain one first. */
  readonly prebuilds: readonly string[];
  readonly cuda?: string;
  readonly suffix: string;
}

export const targets: Readonly<Record<string, Target>> = {
  "linux-x64": {
    bunTarget: "bun-linux-x64",
    prebuilds: ["linux-x64", "linux-x64-vulkan"],
    cuda: "linux-x64-cuda",
    suffix: "",
  },
  "linux-arm64": { bunTarget: "bun-linux-arm64", prebuilds: ["linux-arm64"], suffix: "" },
  "darwin-arm64": { bunTarget: "bun-darwin-arm64", prebuilds: ["mac-arm64-metal"], suffix: "" },
  "darwin-x64": { bunTarget: "bun-darwin-x64", prebuilds: ["mac-x64"], suffix: "" },
  "windows-x64": {
    bunTarget: "bun-windows-x64",
    prebuilds: ["win-x64", "win-x64-vulkan"],
    cuda: "win-x64-cuda",
    suffix: ".exe",
  },
};

export function hostPlatform(): string {
  return `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}

export interface Prebuild {
  readonly name: string;
  /** The folder with the native files. */
  readonly folder: string;
}

/** Those that are not installed, because they are for another platform, are fetched once. */
export async function prebuildsOf(target: Target, options: { root: string; cuda: boolean }): Promise<Prebuild[]> {
  if (options.cuda && !target.cuda) throw new Error("There is no CUDA for this target.");
  const names = options.cuda && target.cuda ? [...target.prebuilds, target.cuda] : target.prebuilds;
  return names.map((name) => ({
    name,
    folder: findInstalled(name, options.root) ?? fetchPrebuild(name, options.root),
  }));
}

function findInstalled(name: string, root: string): string | undefined {
  const folder = join(root, "node_modules/@node-llama-cpp", name, "bins", name);
  return existsSync(folder) ? folder : undefined;
}

/** npm checks the archive against the registry's checksum. */
function fetchPrebuild(name: string, root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/node-llama-cpp/package.json"), "utf8"));
  const target = join(root, "node_modules/.cache/prebuilds", `${name}-${version}`);
  const folder = join(target, "bins", name);
  if (existsSync(folder)) return folder;
  const work = `${target}.part`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const specification = `@node-llama-cpp/${name}@${version}`;
  process.stderr.write(`Fetching ${specification} ..\n`);
  try {
    execFileSync("npm", ["pack", "--silent", specification], { cwd: work, stdio: "ignore" });
  } catch {
    throw new Error(`The registry has no ${specification}: this target cannot be built now.`);
  }
  execFileSync("tar", ["-xzf", readdirSync(work)[0] as string], { cwd: work });
  renameSync(join(work, "package"), target);
  rmSync(work, { recursive: true });
  return folder;
}
