// Where things lie in the store: `KIND/ab/abcd….safetensors`, by the first two digits of the key.
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isKey, type Key } from "./block-key.ts";
import { errorCode } from "./store-error.ts";

/** A block of tokens; what follows the last block; a whole state that cannot be taken apart. */
export const kinds = ["block", "tail", "snapshot"] as const;
export type Kind = (typeof kinds)[number];

export interface StoredFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** When it was last written or used. */
  readonly usedMs: number;
}

export interface StoredEntry extends StoredFile {
  readonly kind: Kind;
  readonly key: Key;
}

const extension = ".safetensors";

export function entryPath(folder: string, kind: Kind, key: Key): string {
  return join(folder, kind, key.slice(0, 2), `${key}${extension}`);
}

/** All files in the places where the store puts some, temporary and strange ones too. */
export async function* walk(
  folder: string,
  only: readonly Kind[] = kinds,
): AsyncGenerator<StoredFile & { kind: Kind; fan: string }> {
  for (const kind of only) {
    for (const fan of await namesIn(join(folder, kind))) {
      const paths = (await namesIn(join(folder, kind, fan))).map((name) => join(folder, kind, fan, name));
      const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
      for (const [index, path] of paths.entries()) {
        const file = found[index];
        if (!file?.isFile()) continue;
        yield { kind, fan, path, name: basename(path), bytes: file.size, usedMs: file.mtimeMs };
      }
    }
  }
}

/** Those that are named as an entry is, and lie where it belongs. */
export async function* entries(folder: string, only?: readonly Kind[]): AsyncGenerator<StoredEntry> {
  for await (const file of walk(folder, only)) {
    const key = keyOf(file.fan, file.name);
    if (key) yield { ...file, key };
  }
}

/** The keys of one kind, by names alone. */
export async function keysOf(folder: string, kind: Kind): Promise<Set<Key>> {
  const keys = new Set<Key>();
  const add = async (fan: string) => {
    for (const name of await namesIn(join(folder, kind, fan))) {
      const key = keyOf(fan, name);
      if (key) keys.add(key);
    }
  };
  // At once: a list of sessions waits for it.
  await Promise.all((await namesIn(join(folder, kind))).map(add));
  return keys;
}

/** The names of all files, strange ones too; of entries they begin with the key. */
export async function fileNames(folder: string): Promise<string[]> {
  const fans = async (kind: Kind) => (await namesIn(join(folder, kind))).map((fan) => namesIn(join(folder, kind, fan)));
  const all = (await Promise.all(kinds.map(fans))).flat();
  return (await Promise.all(all)).flat();
}

/** Undefined for what does not lie where `entryPath` puts it. */
function keyOf(fan: string, name: string): Key | undefined {
  const key = name.slice(0, -extension.length);
  return isKey(key) && name.endsWith(extension) && fan === key.slice(0, 2) ? key : undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
