// The config file as it is on disk: settings, and groups of settings for profiles and for models.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { folders } from "../../session/folders.ts";
import { quoted } from "../../session/models/quoted.ts";

export type SettingGroupValues = Record<string, unknown>;

/** Not checked but for its shape: each value is checked where it is used. */
export interface Config {
  readonly path: string;
  readonly values: SettingGroupValues;
  readonly profiles: Readonly<Record<string, SettingGroupValues>>;
  readonly models: Readonly<Record<string, SettingGroupValues>>;
}

export const configName = "config";

export function configPath(): string {
  return join(folders().config, `${configName}.json`);
}

/** An absent file is an empty one. Throws KvchatError where it cannot be read, or is no config. Read without `conf`,
 * which takes 0.1 s to load and would take a broken file for an empty one or throw it away. */
export function readConfig(path: string = configPath()): Config {
  const all = requireGroup(parse(path), path, "it");
  const { profiles, models, ...values } = all;
  return { path, values, profiles: groups(profiles, path, "profiles"), models: groups(models, path, "models") };
}

function parse(path: string): unknown {
  const text = readText(path);
  try {
    return text.trim() === "" ? {} : JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw broken(path, "it is no valid JSON", error);
  }
}

/** Empty for an absent file. A pipe in its place is not read: it may never end. */
function readText(path: string): string {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return readFileSync(path, "utf8");
    throw broken(path, stats.isDirectory() ? "it is a folder" : "it is no regular file");
  } catch (error) {
    if (error instanceof KvchatError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw broken(path, error instanceof Error ? error.message : String(error), error);
  }
}

function groups(value: unknown, path: string, name: string): Record<string, SettingGroupValues> {
  const all = requireGroup(value ?? {}, path, `"${name}"`);
  for (const [key, group] of Object.entries(all)) requireGroup(group, path, `"${name}.${key}"`);
  return all as Record<string, SettingGroupValues>;
}

function requireGroup(value: unknown, path: string, what: string): SettingGroupValues {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as SettingGroupValues;
  throw broken(path, `${what} is no object`);
}

function broken(path: string, why: string, cause?: unknown): KvchatError {
  return new KvchatError(`Cannot use the config file ${quoted(path)}: ${why.split("\n")[0]}.`, {
    hint: "Mend it by hand, or move it away to begin anew.",
    exitCode: ExitCode.usage,
    cause,
  });
}
