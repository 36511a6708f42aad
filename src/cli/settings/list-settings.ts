// What `kvchat config list` and `get` show: the value of each setting as it holds now, and where it comes from.
import stringWidth from "string-width";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import type { Config } from "./config-file.ts";
import { parseConfigKey } from "./config-keys.ts";
import { type Layer, pick } from "./layers.ts";
import type { SettingValue } from "./parse-value.ts";
import { gatherSettings } from "./resolve-settings.ts";
import { environmentName, type Setting, type SettingKey, settings } from "./schema.ts";

/** One line of `config list`, and the object that `--json` prints for it. A contract: only add to it. */
export interface ListedSetting {
  key: string;
  /** Null where nothing is set: then `default` tells what holds. */
  value: SettingValue | null;
  default: string;
  source: "environment" | "profile" | "config" | "default";
  /** The variable or the key where it is set; null for a default. */
  setBy: string | null;
}

/** All settings that hold for any model, then those of the config file's profiles and models. */
export function listSettings(config: Config, profile?: string): ListedSetting[] {
  const layers = layersWith(config, profile);
  const profileName = pick(layers, "profile")?.value;
  const now = settings.map((setting) => listed(setting, layers, String(profileName ?? "")));
  return [...now, ...(["profiles", "models"] as const).flatMap((kind) => listGroups(config, kind))];
}

/** The value of one key as text. Throws KvchatError for a key that is none, or one of a group that holds no such value. */
export function settingNow(config: Config, key: string, profile?: string): string {
  const { group, setting } = parseConfigKey(key);
  if (!group) {
    const found = listSettings(config, profile).find((entry) => entry.key === setting.key);
    return String(found?.value ?? (setting.fallback === "none" ? "" : setting.fallback));
  }
  const groups = config[group.kind];
  const value = Object.hasOwn(groups, group.name) ? groups[group.name]?.[setting.key] : undefined;
  if (value !== undefined) return String(value);
  throw new KvchatError(`${quoted(key)} is not set.`, {
    hint: `Set it with: kvchat config set ${key} VALUE`,
    exitCode: ExitCode.failed,
  });
}

/** One line a setting, in columns. */
export function formatSettings(listed: readonly ListedSetting[]): string {
  const rows = listed.map(({ key, value, default: fallback, setBy, source }) => {
    const shown = value === null ? fallback : oneLine(value === true ? "on" : value === false ? "off" : String(value));
    return [key, shown, setBy && setBy !== key ? `${source}: ${setBy}` : source];
  });
  const table = [["SETTING", "VALUE", "FROM"], ...rows];
  const widths = [0, 1].map((column) => Math.max(...table.map((row) => stringWidth(row[column] ?? ""))));
  const pad = (cell: string, column: number) =>
    cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell)));
  return table.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}

function layersWith(config: Config, profile: string | undefined): Layer[] {
  const flags: Record<string, string> = profile === undefined ? {} : { profile };
  const given = gatherSettings({ flags, env: process.env, config });
  return [...given.above, given.config];
}

function listed(setting: Setting, layers: readonly Layer[], profile: string): ListedSetting {
  const found = pickShown(setting.key as SettingKey, layers);
  const nothing = { key: setting.key, value: null, default: setting.fallback, source: "default", setBy: null } as const;
  if (!found || found.source === "model" || found.source === "session" || found.source === "flag") {
    return found ? { ...nothing, value: found.value, source: "profile", setBy: "--profile" } : nothing;
  }
  const setBy = {
    environment: environmentName(found.key),
    profile: `profiles.${profile}.${found.key}`,
    config: found.key,
  }[found.source];
  return { ...nothing, value: found.value, source: found.source, setBy };
}

/** Settings that replace one another are shown as they hold: both cache types as `kv`, one of two system prompts. */
function pickShown(key: SettingKey, layers: readonly Layer[]) {
  if (key === "kv") {
    const typeK = pick(layers, "cache-type-k");
    const typeV = pick(layers, "cache-type-v");
    const value = `${typeK?.value ?? "f16"}/${typeV?.value ?? "f16"}`;
    const either = typeK ?? typeV;
    return (
      either && {
        ...either,
        value: typeK?.value === typeV?.value ? either.value : value,
        key: setterOf(either, layers),
      }
    );
  }
  if (key === "cache-type-k" || key === "cache-type-v") {
    const found = pick(layers, key);
    return found && { ...found, key: setterOf(found, layers) };
  }
  if (key !== "system-prompt" && key !== "system-prompt-file") return pick(layers, key);
  const found = pick(layers, "system-prompt", "system-prompt-file");
  return found?.key === key ? found : undefined;
}

function setterOf(found: { key: SettingKey; source: Layer["kind"] }, layers: readonly Layer[]): SettingKey {
  const layer = layers.find(({ kind }) => kind === found.source);
  return layer?.values.kv === undefined ? found.key : "kv";
}

function listGroups(config: Config, kind: "profiles" | "models"): ListedSetting[] {
  return Object.entries(config[kind]).flatMap(([name, values]) =>
    Object.entries(values).map(([key, value]) => {
      const fallback = settings.find((setting) => setting.key === key)?.fallback ?? "";
      const path = `${kind}.${name}.${key}`;
      return { key: path, value: value as SettingValue, default: fallback, source: "config" as const, setBy: path };
    }),
  );
}

function oneLine(text: string): string {
  return /[\p{Cc}]|^$|^\s|\s$/u.test(text) ? JSON.stringify(text) : text;
}
