// Makes the engine find the native parts that the binary carries: unpacked when, and only if, they are asked for.
import { nativeFolders } from "#native-files";
import { type FindPrebuild, setPrebuilds } from "../../session/engine/native-folder.ts";
import { unpackNative } from "./unpack-native.ts";

/** Does nothing where none are embedded. */
export function offerNativeFiles(): void {
  if (nativeFolders.length > 0) setPrebuilds(createFinder());
}

function createFinder(): FindPrebuild {
  const found = new Map<string, string>();
  return (name) => {
    const folder = nativeFolders.find((candidate) => candidate.name === name);
    if (!folder) return undefined;
    const path = found.get(name) ?? unpackNative(folder);
    found.set(name, path);
    return path;
  };
}
