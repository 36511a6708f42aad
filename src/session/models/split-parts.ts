// The names of a split model's files: `name-00001-of-00003.gguf`, as llama.cpp's gguf-split writes them.
import { basename, dirname, join } from "node:path";

const partPattern = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;

/** The file that holds part `no` (from 0) of the model that `path` is a part of; undefined where the name is no part's. */
export function splitPartPath(path: string, no: number): string | undefined {
  const match = partPattern.exec(basename(path));
  if (!match) return undefined;
  return join(dirname(path), `${match[1]}-${String(no + 1).padStart(5, "0")}-of-${match[3]}.gguf`);
}

/** All parts of a split model in order, or the path alone where its name is no part's. */
export function splitPartPaths(path: string): string[] {
  const count = Number(partPattern.exec(basename(path))?.[3] ?? 0);
  if (count < 1) return [path];
  return Array.from({ length: count }, (_, no) => splitPartPath(path, no) ?? path);
}
