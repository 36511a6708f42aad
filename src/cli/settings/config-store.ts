// Writes the config file: whole or not at all, for its owner alone, and only where all of it is right.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { type Config, configName, type SettingGroupValues } from "./config-file.ts";
import type { ConfigKey } from "./config-keys.ts";
import { checkConfig } from "./config-keys.ts";

type Group = ConfigKey["group"];
type Change = (groupOf: (group: Group) => SettingGroupValues, removeGroup: (group: NonNullable<Group>) => void) => void;

/** Applies `change` to a copy of `config` and writes it. Throws KvchatError where the result is wrong or unwritable. */
export async function changeConfig(config: Config, change: Change): Promise<void> {
  const { path, values, profiles, models } = structuredClone(config) as {
    path: string;
    values: SettingGroupValues;
    profiles: Record<string, SettingGroupValues>;
    models: Record<string, SettingGroupValues>;
  };
  const groups = { profiles, models };
  change(
    (group) => {
      if (!group) return values;
      groups[group.kind][group.name] ??= {};
      return groups[group.kind][group.name] as SettingGroupValues;
    },
    ({ kind, name }) => {
      delete groups[kind][name];
    },
  );
  checkConfig({ path, values, profiles, models });
  await write(path, { ...values, ...nonEmpty({ profiles, models }) });
}

/** Groups that hold nothing are left out. */
function nonEmpty(groups: Record<string, Record<string, SettingGroupValues>>): Record<string, unknown> {
  const filled = Object.entries(groups).map(([kind, all]) => {
    return [
      kind,
      Object.fromEntries(Object.entries(all).filter(([, group]) => Object.keys(group).length > 0)),
    ] as const;
  });
  return Object.fromEntries(filled.filter(([, all]) => Object.keys(all).length > 0));
}

async function write(path: string, store: Record<string, unknown>): Promise<void> {
  const { default: Conf } = await import("conf");
  const cwd = dirname(path);
  try {
    mkdirSync(cwd, { recursive: true, mode: 0o700 });
    const conf = new Conf<Record<string, unknown>>({
      cwd,
      configName,
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      serialize: (value) => `${JSON.stringify(value, null, 2)}\n`,
    });
    conf.store = store;
  } catch (error) {
    const why = error instanceof Error ? reason(error) : String(error);
    throw new KvchatError(`Cannot write the config file ${quoted(path)}: ${why}.`, {
      hint: "Make room or rights there, or set KVCHAT_CONFIG_DIR to another folder.",
      cause: error,
    });
  }
}

function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EROFS":
      return "the file system is read-only";
    case "ENOSPC":
      return "there is no space left";
    case "ENOENT":
      return "its folder cannot be made";
    case "ENOTDIR":
    case "EEXIST":
      return "a part of its path is no folder";
    default:
      return (error.message.split("\n")[0] ?? "").replace(/\.$/, "");
  }
}
