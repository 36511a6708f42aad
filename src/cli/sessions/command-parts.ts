// What the commands of `kvchat sessions` have in common: the two stores, names, and JSON.
import type { Argv } from "yargs";
import { BlockStore } from "../../cache/block-store.ts";
import { KvchatError } from "../../session/errors.ts";
import { folders } from "../../session/folders.ts";
import { quoted } from "../../session/models/quoted.ts";
import { blocksFolder } from "../../session/persistence.ts";
import { safeJson } from "../../session/store/safe-json.ts";
import { SessionStore } from "../../session/store/session-store.ts";
import { readConfig } from "../settings/config-file.ts";
import { cacheCap, gatherSettings } from "../settings/resolve-settings.ts";

export const nameHelp = "A session's name, its id, or the beginning of either";

export function openStore(): SessionStore {
  return new SessionStore(folders().data);
}

/** Throws KvchatError where the folder cannot be used. */
export async function openBlocks(): Promise<BlockStore> {
  const folder = blocksFolder(folders().cache);
  const { above, config } = gatherSettings({ flags: {}, env: process.env, config: readConfig() });
  const capBytes = cacheCap([...above, config]);
  try {
    return await BlockStore.open(folder, { capBytes });
  } catch (cause) {
    throw new KvchatError(`Cannot use the cache in ${quoted(folder)}: ${(cause as Error).message}.`, {
      hint: "Make the folder writable, or set KVCHAT_CACHE_DIR to another one.",
      cause,
    });
  }
}

export function withName<T>(yargs: Argv<T>) {
  return yargs.positional("name", { type: "string", demandOption: true, describe: nameHelp });
}

export function withJson<T>(yargs: Argv<T>, what: "array" | "object" = "array") {
  const describe = `Print a JSON ${what}`;
  return yargs.option("json", { type: "boolean", default: false, describe });
}

export function printJson(value: unknown): void {
  process.stdout.write(`${safeJson(value, 2)}\n`);
}
