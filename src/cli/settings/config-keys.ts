// Names of what the config file holds: `KEY`, `profiles.NAME.KEY`, `models.NAME.KEY`. A key has no dot, so NAME may have any.
import { resolve } from "node:path";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { hubUri, isHubUri } from "../../session/models/hub-source.ts";
import { quoted } from "../../session/models/quoted.ts";
import { nearestName } from "../nearest.ts";
import type { Config, SettingGroupValues } from "./config-file.ts";
import { createLayer } from "./layers.ts";
import { findSetting, type Setting, settings } from "./schema.ts";

export interface ConfigKey {
  /** Undefined for a setting that holds everywhere. */
  readonly group: { readonly kind: "profiles" | "models"; readonly name: string } | undefined;
  readonly setting: Setting;
}

/** Throws KvchatError with exit code 2, naming the nearest right key. */
export function parseConfigKey(text: string): ConfigKey {
  const [kind, ...rest] = text.split(".");
  if (kind !== "profiles" && kind !== "models") return { group: undefined, setting: settingOf(text, quoted(text), "") };
  const key = rest.pop() ?? "";
  const name = kind === "models" ? modelName(rest.join(".")) : rest.join(".");
  if (name === "" || name === "__proto__") {
    throw new KvchatError(`${quoted(text)} names no setting.`, {
      hint: `Write it as ${kind}.NAME.KEY, such as ${kind}.${kind === "models" ? "smollm2" : "short"}.ctx-size`,
      exitCode: ExitCode.usage,
    });
  }
  return { group: { kind, name }, setting: settingOf(key, quoted(text), `${kind}.${name}.`, kind) };
}

/** A path becomes absolute: the config file holds in every folder. */
function modelName(name: string): string {
  return /[\\/]/.test(name) && !isHubUri(name) ? resolve(name) : hubUri(name);
}

/** Which settings make sense where: a profile may choose a model, and nothing below the top may choose a profile. */
function allowedKeys(kind: "profiles" | "models" | undefined): string[] {
  const keys = settings.map(({ key }) => key as string);
  if (kind === undefined) return keys;
  return keys.filter((key) => key !== "profile" && (kind === "profiles" || key !== "model"));
}

function settingOf(key: string, shown: string, prefix: string, kind?: "profiles" | "models"): Setting {
  const keys = allowedKeys(kind);
  const setting = keys.includes(key) ? findSetting(key) : undefined;
  if (setting) return setting;
  throw new KvchatError(`There is no setting ${shown}.`, {
    hint: `The nearest is ${prefix}${nearestName(key.toLowerCase().replaceAll("_", "-"), keys)}; "kvchat config list" shows all.`,
    exitCode: ExitCode.usage,
  });
}

/** How a key of the config file is called in errors. */
export function configKeyName(config: Config, key: string): string {
  return `${key} in ${quoted(config.path)}`;
}

/** Checks all keys and values, those of profiles and models that are not in use too. */
export function checkConfig(config: Config): void {
  checkGroup(config, config.values, undefined, "");
  for (const kind of ["profiles", "models"] as const) {
    for (const [name, values] of Object.entries(config[kind])) checkGroup(config, values, kind, `${kind}.${name}.`);
  }
}

function checkGroup(
  config: Config,
  values: SettingGroupValues,
  kind: "profiles" | "models" | undefined,
  prefix: string,
) {
  for (const key of Object.keys(values)) settingOf(key, configKeyName(config, quoted(`${prefix}${key}`)), prefix, kind);
  createLayer("config", values, (key) => configKeyName(config, `${prefix}${key}`));
}
