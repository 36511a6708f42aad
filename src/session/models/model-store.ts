// The models folder: which models are in it, how a whole one gets in (by rename, nothing else), and how one goes.
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type CatalogModel, catalog, type ModelSource } from "./catalog.ts";
import { hubFileStem } from "./hub-source.ts";
import { splitPartPaths } from "./split-parts.ts";

export interface LocalModel {
  /** The alias of a catalogue model, else the file's name without `.gguf`. */
  name: string;
  path: string;
  /** All files: one, or the parts of a split model. */
  files: string[];
  bytes: number;
}

const firstOrOnlyPart = /^(?!.*-\d{5}-of-\d{5}\.gguf$).*\.gguf$|-00001-of-\d{5}\.gguf$/;

/** The models in the folder, by name; none where the folder does not exist. */
export async function listLocalModels(modelsDir: string): Promise<LocalModel[]> {
  const names = await readdir(modelsDir).catch(() => [] as string[]);
  const models = names
    .filter((name) => firstOrOnlyPart.test(name))
    .map(async (name) => {
      const path = join(modelsDir, name);
      const files = splitPartPaths(path);
      const sizes = await Promise.all(files.map(fileBytes));
      if (sizes.includes(undefined)) return undefined;
      const bytes = sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
      return { name: localName(name), path, files, bytes };
    });
  const present = (await Promise.all(models)).filter((model) => model !== undefined);
  return present.sort((a, b) => a.name.localeCompare(b.name));
}

function localName(file: string): string {
  const model = catalog.find((candidate) => candidate.sources.some((source) => isFileOf(file, source)));
  return model?.alias ?? file.replace(/(-\d{5}-of-\d{5})?\.gguf$/, "");
}

function isFileOf(file: string, source: ModelSource): boolean {
  if (source.kind === "pip") return file === source.file;
  const stem = hubFileStem(source.uri);
  return file === `${stem}.gguf` || (file.startsWith(`${stem}-00001-of-`) && firstOrOnlyPart.test(file));
}

/** The path of a catalogue model that is wholly here, from whichever of its sources. */
export async function findLocalCatalogModel(modelsDir: string, model: CatalogModel): Promise<string | undefined> {
  for (const source of model.sources) {
    const path = await findLocalSource(modelsDir, source);
    if (path) return path;
  }
  return undefined;
}

/** The path of the model that `source` delivers, where it is wholly here. */
export async function findLocalSource(modelsDir: string, source: ModelSource): Promise<string | undefined> {
  if (source.kind === "pip") {
    const path = join(modelsDir, source.file);
    return (await fileBytes(path)) === source.bytes ? path : undefined;
  }
  const local = await listLocalModels(modelsDir);
  return local.find((model) => isFileOf(basename(model.path), source))?.path;
}

/**
 * Moves a whole model into the models folder under the name `stem`, and returns its path there. Of a split model the first
 * part comes last, so that what can be found is whole.
 */
export async function installModel(modelsDir: string, firstFile: string, stem: string): Promise<string> {
  const files = splitPartPaths(firstFile);
  const targets = files.map((file) => join(modelsDir, stem + (/(-\d{5}-of-\d{5})?\.gguf$/.exec(file)?.[0] ?? ".gguf")));
  for (const [index, file] of [...files.entries()].reverse()) {
    await flush(file);
    await rename(file, targets[index] ?? file);
  }
  // Without this the file's new name may be lost with the power; Windows cannot open a folder.
  if (process.platform !== "win32") await flush(modelsDir);
  return targets[0] ?? firstFile;
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Deletes a local model; returns the bytes that this freed. The first part goes first: what is left is no model. */
export async function removeLocalModel(modelsDir: string, model: LocalModel): Promise<number> {
  for (const file of model.files) {
    if (dirname(file) === modelsDir) await rm(file);
  }
  return model.bytes;
}

async function fileBytes(path: string): Promise<number | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? stats.size : undefined;
}
