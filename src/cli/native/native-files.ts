// What the build puts into the binary, as `#native-files`. This is the version for development: nothing is embedded, and
// the packages tell their versions themselves.
import { readFileSync } from "node:fs";

export interface NativeFile {
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
  /** Readable path of its content, compressed with zstd. */
  readonly compressed: string;
}

export interface NativeFolder {
  /** A prebuild's name, such as `linux-x64-vulkan`. */
  readonly name: string;
  /** Of the names and contents of all its files. */
  readonly contentHash: string;
  readonly files: readonly NativeFile[];
}

export interface Versions {
  readonly kvchat: string;
  readonly nodeLlamaCpp: string;
  readonly llamaCpp: string;
}

/** Empty where the native parts lie in node_modules. */
export const nativeFolders: readonly NativeFolder[] = [];

export function readVersions(): Versions {
  return {
    kvchat: readJson("package.json").version as string,
    nodeLlamaCpp: readJson("node_modules/node-llama-cpp/package.json").version as string,
    llamaCpp: readJson("node_modules/node-llama-cpp/llama/binariesGithubRelease.json").release as string,
  };
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"));
}
