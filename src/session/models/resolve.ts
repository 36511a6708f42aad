// From what a person calls a model (a path, a short name, a URI) to a GGUF on this machine, fetched where it has to be.
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { distance } from "fastest-levenshtein";
import { ExitCode, KvchatError } from "../errors.ts";
import { catalog, findCatalogModel, type ModelSource } from "./catalog.ts";
import { type FetchOptions, fetchModel } from "./fetch-model.ts";
import { hubUri, isHubName, isHubUri } from "./hub-source.ts";
import { findLocalCatalogModel, findLocalSource, type LocalModel, listLocalModels } from "./model-store.ts";
import { quoted } from "./quoted.ts";

export interface ResolveOptions extends FetchOptions {
  /** True: what is not on this machine is an error instead of a download. */
  offline?: boolean;
}

export interface ResolvedModel {
  /** Absolute path of the (first) GGUF. A path that the user gave is not checked: `checkChatModel` does that. */
  path: string;
  /** What to call it: the alias, the URI, or the file's name without `.gguf`. */
  name: string;
}

/**
 * Finds the model that `given` means. A path wins where it is an existing file or looks like a path (a separator in it, or
 * `.gguf` at its end). Throws a KvchatError with exit code 3 for unknown names and failed downloads.
 */
export async function resolveModel(given: string, options: ResolveOptions): Promise<ResolvedModel> {
  const name = hubUri(given);
  requireHubName(name);
  if (isHubUri(name)) return { path: await findOrFetch(name, [{ kind: "hub", uri: name }], options), name };
  await refuseBareHubName(name);
  if (/[\\/]/.test(name) || name.startsWith("~")) return atPath(name);
  if (await isFile(name)) return atPath(name);
  const model = findCatalogModel(name);
  if (model) return { path: await findOrFetch(model.alias, model.sources, options), name: model.alias };
  const local = await findLocalByName(name, options.modelsDir);
  if (local) return { path: local.path, name: local.name };
  if (name.toLowerCase().endsWith(".gguf") || (await exists(name))) return atPath(name);
  throw await unknownName(name, options.modelsDir);
}

async function findOrFetch(name: string, sources: ModelSource[], options: ResolveOptions): Promise<string> {
  for (const source of sources) {
    const path = await findLocalSource(options.modelsDir, source);
    if (path) return path;
  }
  if (options.offline) {
    const hint = `Fetch it with: kvchat models pull ${name}`;
    throw new KvchatError(`The model ${quoted(name)} is not on this machine.`, { hint, exitCode: ExitCode.notFound });
  }
  return fetchModel(name, sources, options);
}

/** One that cannot be: told at once, not after looking for a connection. */
function requireHubName(name: string): void {
  if (!/^(hf|huggingface):/i.test(name) || isHubName(name)) return;
  throw new KvchatError(`${quoted(name)} names no model of Hugging Face.`, {
    hint: "Write it as hf:user/repository:quantisation, such as hf:unsloth/Qwen3-4B-GGUF:Q4_K_M",
    exitCode: ExitCode.notFound,
  });
}

/** A user and a repository, as pages of models name them, where no such file or folder is here. */
async function refuseBareHubName(name: string): Promise<void> {
  const isBare = /^\w[\w.-]*\/\w[\w.-]*(:[\w.-]+)?$/.test(name) && !/\.gguf$/i.test(name);
  if (!isBare || (await exists(dirname(name)))) return;
  throw new KvchatError(`There is no file ${quoted(name)}.`, {
    hint: `A model of Hugging Face is written hf:${name}`,
    exitCode: ExitCode.notFound,
  });
}

function atPath(name: string): ResolvedModel {
  const path = resolve(name === "~" || /^~[\\/]/.test(name) ? join(homedir(), name.slice(1)) : name);
  return { path, name: basename(path).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, "") };
}

/** A model in the models folder by its alias, its file's name, or that name without `.gguf`. */
export async function findLocalByName(name: string, modelsDir: string): Promise<LocalModel | undefined> {
  const local = await listLocalModels(modelsDir);
  const model = findCatalogModel(name);
  const catalogPath = model && (await findLocalCatalogModel(modelsDir, model));
  return local.find(({ name: localName, path }) => {
    return path === catalogPath || localName === name || basename(path) === name || `${name}.gguf` === basename(path);
  });
}

async function unknownName(name: string, modelsDir: string): Promise<KvchatError> {
  const local = (await listLocalModels(modelsDir)).map((model) => model.name);
  const nearest = nearestOf(name, [...new Set([...catalog.map((model) => model.alias), ...local])]);
  return new KvchatError(`There is no model named ${quoted(name)}.`, {
    hint: `The nearest name is ${quoted(nearest)}; "kvchat models list" shows all. A file needs its path, such as ./model.gguf`,
    exitCode: ExitCode.notFound,
  });
}

/** The name with the fewest edits, where missing only its end counts as near: "gemma3" means a "gemma3-…". */
function nearestOf(name: string, candidates: string[]): string {
  const lower = name.toLowerCase();
  const edits = (candidate: string) =>
    candidate.startsWith(lower) ? 0.5 + candidate.length / 1000 : distance(lower, candidate.toLowerCase());
  return candidates.reduce((best, candidate) => (edits(candidate) < edits(best) ? candidate : best));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
