// Which value of a setting holds: flag, then session, environment, profile, the model's own settings, config, default. Each layer
// is checked alike, and each value remembers where it came from.
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { parseValue, type SettingValue } from "./parse-value.ts";
import { environmentName, type SettingKey, settings } from "./schema.ts";

export interface Layer {
  readonly kind: "flag" | "session" | "environment" | "profile" | "model" | "config";
  /** For people: what a key is called in this layer, such as `--temp` or `KVCHAT_TEMP`. */
  readonly nameOf: (key: string) => string;
  readonly values: Readonly<Record<string, SettingValue>>;
}

export interface Sourced<T = SettingValue> {
  readonly value: T;
  readonly source: Layer["kind"];
  /** What the value is called where it was set. */
  readonly name: string;
}

/** Checks every value and that none contradicts another. Throws KvchatError with exit code 2. */
export function createLayer(
  kind: Layer["kind"],
  given: Readonly<Record<string, unknown>>,
  nameOf: (key: string) => string,
): Layer {
  const values: Record<string, SettingValue> = {};
  for (const setting of settings) {
    const value = given[setting.key];
    if (value !== undefined) values[setting.key] = parseValue(setting, value, nameOf(setting.key));
  }
  const layer = { kind, nameOf, values: splitCacheTypes(values, nameOf) };
  refuseBoth(layer, "system-prompt", "system-prompt-file");
  if (values.quiet === true) {
    if (values.verbose === true) refuseBoth(layer, "quiet", "verbose");
    if (values.debug === true) refuseBoth(layer, "quiet", "debug");
  }
  return layer;
}

/** An empty variable counts as not set. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const given = Object.fromEntries(settings.map(({ key }) => [key, env[environmentName(key)] || undefined]));
  return createLayer("environment", given, environmentName);
}

/** The first layer that names any of `keys` decides; undefined where none does. */
export function pick(layers: readonly Layer[], ...keys: SettingKey[]): (Sourced & { key: SettingKey }) | undefined {
  for (const { kind, nameOf, values } of layers) {
    for (const key of keys) {
      const value = values[key];
      if (value !== undefined) return { key, value, source: kind, name: nameOf(key) };
    }
  }
  return undefined;
}

/** `kv` is short for both types: within a layer it may not contradict them, above a layer it replaces them. */
function splitCacheTypes(values: Record<string, SettingValue>, nameOf: (key: string) => string) {
  if (typeof values.kv !== "string") return values;
  const [typeK = "", typeV = typeK] = values.kv.split("/");
  for (const [key, type] of [
    ["cache-type-k", typeK],
    ["cache-type-v", typeV],
  ] as const) {
    if (values[key] !== undefined && values[key] !== type) {
      throw new KvchatError(
        `${nameOf("kv")} (${values.kv}) and ${nameOf(key)} (${values[key]}) contradict each other.`,
        {
          hint: "Give one of them; kv stands for both types.",
          exitCode: ExitCode.usage,
        },
      );
    }
  }
  return { ...values, "cache-type-k": typeK, "cache-type-v": typeV };
}

function refuseBoth({ values, nameOf }: Layer, one: SettingKey, other: SettingKey): void {
  if (values[one] === undefined || values[other] === undefined) return;
  throw new KvchatError(`${nameOf(one)} and ${nameOf(other)} contradict each other.`, {
    hint: "Give one of them.",
    exitCode: ExitCode.usage,
  });
}
