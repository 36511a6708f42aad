// Checks of a value before it goes into the config file that need more than the table: names of models and profiles.
import { resolve } from "node:path";
import { folders } from "../../session/folders.ts";
import { findCatalogModel } from "../../session/models/catalog.ts";
import { hubUri, isHubUri } from "../../session/models/hub-source.ts";
import { resolveModel } from "../../session/models/resolve.ts";
import type { Config } from "./config-file.ts";
import { parseValue, type SettingValue } from "./parse-value.ts";
import { requireProfile } from "./resolve-settings.ts";
import type { Setting } from "./schema.ts";

/** Paths become absolute: the config file holds in every folder. Throws KvchatError for what is not allowed. */
export async function checkConfigValue(setting: Setting, text: string, config: Config): Promise<SettingValue> {
  const value = parseValue(setting, text, setting.key);
  if (setting.key === "system-prompt-file") return resolve(String(value));
  if (setting.key === "model") return checkModel(String(value));
  if (setting.key === "profile") requireProfile(config, String(value), setting.key);
  return value;
}

async function checkModel(name: string): Promise<string> {
  if (findCatalogModel(name) || isHubUri(name)) return hubUri(name);
  const { path, name: shortName } = await resolveModel(name, { modelsDir: folders().models, offline: true });
  return shortName === name ? name : path;
}
