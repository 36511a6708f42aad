// Gathers what `kvchat doctor` tells: versions, machine, folders, the default model, and everything that looks wrong.

import prettyBytes from "pretty-bytes";
import { readVersions, type Versions } from "#native-files";
import { defaultCapBytes } from "../../cache/block-store.ts";
import { describeMachine, type MachineFacts } from "../../session/engine/machine.ts";
import { KvchatError } from "../../session/errors.ts";
import { type Folders, folders } from "../../session/folders.ts";
import { resolveModel } from "../../session/models/resolve.ts";
import { blocksFolder } from "../../session/persistence.ts";
import { nearestName } from "../nearest.ts";
import { readConfig } from "../settings/config-file.ts";
import { cacheCap, configuredModel, gatherSettings } from "../settings/resolve-settings.ts";
import { environmentName, settings } from "../settings/schema.ts";
import { bytesBelow, type FolderFacts, folderFacts } from "./folder-facts.ts";

export interface Problem {
  readonly message: string;
  readonly hint: string;
}

/** The object that `doctor --json` prints. A contract: only add to it. */
export interface DoctorReport {
  readonly versions: Versions & { readonly runtime: string };
  readonly platform: string;
  /** Null where llama.cpp cannot be loaded; `problems` then says why. */
  readonly machine: MachineFacts | null;
  readonly folders: readonly FolderFacts[];
  /** The caches of sessions, in the cache folder; `capBytes` is null where the settings cannot be read. */
  readonly kv: { readonly path: string; readonly bytes: number; readonly capBytes: number | null };
  /** The model that runs where none is named; null where the settings cannot be read. */
  readonly defaultModel: { readonly name: string; readonly path: string | null } | null;
  readonly problems: readonly Problem[];
}

const littleRoomBytes = 2 ** 30;

export async function examine(env: NodeJS.ProcessEnv): Promise<DoctorReport> {
  const problems: Problem[] = [];
  /** What cannot be found out is a problem to tell, not the end of the examination. */
  const attempt = async <T>(find: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await find();
    } catch (error) {
      if (!(error instanceof KvchatError)) throw error;
      problems.push({ message: error.message, hint: error.hint });
      return null;
    }
  };
  const all = folders(env);
  const machine = await attempt(describeMachine);
  const given = await attempt(() => gatherSettings({ flags: {}, env, config: readConfig() }));
  const name = given && configuredModel(given);
  const found = Object.entries(all).map(([key, path]) => folderFacts(key, path));
  problems.push(...found.flatMap(folderProblems), ...memoryProblems(machine), ...environmentProblems(env));
  return {
    versions: { ...readVersions(), runtime: runtime() },
    platform: `${process.platform} ${process.arch}`,
    machine,
    folders: found,
    kv: {
      path: blocksFolder(all.cache),
      bytes: bytesBelow(blocksFolder(all.cache)),
      capBytes: given && (cacheCap([...given.above, given.config]) ?? defaultCapBytes),
    },
    defaultModel: name === null ? null : { name, path: await localPath(name, all) },
    problems,
  };
}

function runtime(): string {
  return process.versions.bun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`;
}

async function localPath(name: string, { models }: Folders): Promise<string | null> {
  try {
    return (await resolveModel(name, { modelsDir: models, offline: true })).path;
  } catch {
    return null;
  }
}

const folderVariables: Record<string, string> = {
  config: "KVCHAT_CONFIG_DIR",
  data: "KVCHAT_DATA_DIR",
  cache: "KVCHAT_CACHE_DIR",
  models: "KVCHAT_MODELS_DIR",
};

function folderProblems({ name, path, isWritable, freeBytes }: FolderFacts): Problem[] {
  const hint = `Change that, or set ${folderVariables[name]} to another folder.`;
  if (!isWritable) return [{ message: `The ${name} folder ${path} cannot be written to.`, hint }];
  if (freeBytes >= littleRoomBytes) return [];
  return [{ message: `The disk of the ${name} folder ${path} has only ${prettyBytes(freeBytes)} left.`, hint }];
}

function memoryProblems(machine: MachineFacts | null): Problem[] {
  if (!machine || machine.ramFreeBytes + machine.vramFreeBytes >= littleRoomBytes) return [];
  const free = prettyBytes(machine.ramFreeBytes, { binary: true });
  return [{ message: `Only ${free} of memory are free.`, hint: "End other programs, or expect small contexts." }];
}

/** A mistyped variable would be ignored without a word. */
function environmentProblems(env: NodeJS.ProcessEnv): Problem[] {
  const known = [...settings.map(({ key }) => environmentName(key)), ...Object.values(folderVariables)];
  known.push("KVCHAT_NATIVE_DIR");
  const unknown = Object.keys(env).filter((name) => name.startsWith("KVCHAT_") && !known.includes(name));
  return unknown.map((name) => ({
    message: `The environment variable ${name} means nothing to kvchat.`,
    hint: `The nearest is ${nearestName(name, known)}.`,
  }));
}
