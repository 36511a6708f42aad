// From flags, environment and config file to the settings of one conversation.
import { basename, resolve } from "node:path";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { defaultModelAlias } from "../../session/models/catalog.ts";
import { quoted } from "../../session/models/quoted.ts";
import type { ResolvedModel } from "../../session/models/resolve.ts";
import type { Reasoning } from "../../session/reasoning-variables.ts";
import type { ConversationSettings, GpuChoice, KvType, WindowPolicyName } from "../../session/settings.ts";
import { nearestName } from "../nearest.ts";
import { readTextFile } from "../read-text-file.ts";
import type { Config, SettingGroupValues } from "./config-file.ts";
import { checkConfig, configKeyName } from "./config-keys.ts";
import { createLayer, environmentLayer, type Layer, pick } from "./layers.ts";
import type { SettingKey } from "./schema.ts";

/** Everything that was set, checked, before a model is looked for. */
export interface GivenSettings {
  /** Highest first: flags, environment, profile. */
  readonly above: readonly Layer[];
  readonly config: Layer;
  readonly models: Config["models"];
}

export interface SettingSources {
  readonly flags: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
  readonly config: Config;
}

/** Throws KvchatError with exit code 2 for what is not allowed, in any layer. */
export function gatherSettings({ flags, env, config }: SettingSources): GivenSettings {
  const flagLayer = createLayer("flag", flags, (key) => `--${key}`);
  const environment = environmentLayer(env);
  checkConfig(config);
  const configLayer = createLayer("config", config.values, (key) => configKeyName(config, key));
  const profile = pick([flagLayer, environment, configLayer], "profile");
  const above = [flagLayer, environment];
  if (profile) above.push(profileLayer(config, String(profile.value), profile.name));
  return { above, config: configLayer, models: config.models };
}

/** Asks for the configured model, where a name is asked for. */
export const configuredName = "default";

/** The name of the model to run where none is given. */
export function configuredModel({ above, config }: GivenSettings): string {
  const naming = [...above, config].filter(({ values }) => values.model !== configuredName);
  return String(pick(naming, "model")?.value ?? defaultModelAlias);
}

/** All layers, highest first, once it is known which model runs. `given` is the name that the user called the model by. */
export function layersFor(settings: GivenSettings, given: string, model: ResolvedModel, session?: Layer): Layer[] {
  const own = Object.entries(settings.models).find(([name]) => isNameOf(name, given, model));
  const modelLayers = own ? [createLayer("model", own[1], (key) => `models.${own[0]}.${key}`)] : [];
  const [flags, ...others] = settings.above;
  return [flags, session, ...others, ...modelLayers, settings.config].filter((layer) => layer !== undefined);
}

export interface RunSettings {
  readonly conversation: ConversationSettings;
  readonly plain: boolean;
  readonly screenReader: boolean;
  readonly motion: boolean;
  /** Seconds; 0: never. */
  readonly bell: number;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
}

export function runSettings(layers: readonly Layer[], model: ResolvedModel): RunSettings {
  const number = (key: SettingKey) => pick(layers, key)?.value as number | undefined;
  const word = <T extends string>(key: SettingKey, fallback: T) =>
    (pick(layers, key)?.value as T | undefined) ?? fallback;
  const flag = (key: SettingKey, fallback: boolean) => (pick(layers, key)?.value as boolean | undefined) ?? fallback;
  const gpuLayers = pick(layers, "gpu-layers")?.value;
  return {
    ...outputSettings(layers),
    plain: flag("plain", false),
    screenReader: flag("screen-reader", false),
    motion: flag("motion", true),
    bell: number("bell") ?? 0,
    conversation: {
      modelPath: model.path,
      modelName: model.name,
      ctxSize: number("ctx-size"),
      batchSize: number("batch-size") ?? 512,
      threads: number("threads") || undefined,
      nPredict: number("n-predict") ?? -1,
      seed: number("seed") ?? -1,
      temp: number("temp"),
      topK: number("top-k"),
      topP: number("top-p"),
      minP: number("min-p"),
      repeatPenalty: number("repeat-penalty"),
      keep: number("keep") ?? 0,
      cacheTypeK: word<KvType>("cache-type-k", "f16"),
      cacheTypeV: word<KvType>("cache-type-v", "f16"),
      flashAttention: word<"on" | "off" | "auto">("flash-attn", "auto"),
      gpuLayers: typeof gpuLayers === "number" ? gpuLayers : undefined,
      gpu: word<GpuChoice>("gpu", "auto"),
      swaFull: flag("swa-full", false),
      mmap: flag("mmap", true),
      window: word<WindowPolicyName>("window", "turns"),
      systemPrompt: systemPrompt(layers),
      reasoning: word<Reasoning>("reasoning", "auto"),
    },
  };
}

/** Most bytes of kept caches; undefined: what the store itself holds to. */
export function cacheCap(layers: readonly Layer[]): number | undefined {
  return pick(layers, "cache-cap")?.value as number | undefined;
}

/** What is asked for in a higher layer silences what a lower one asks for: `--quiet` over `verbose` in the config. */
export function outputSettings(layers: readonly Layer[]): Pick<RunSettings, "quiet" | "verbose" | "debug"> {
  const rank = (key: SettingKey) => {
    const index = layers.findIndex(({ values }) => values[key] !== undefined);
    return index >= 0 && layers[index]?.values[key] === true ? index : Number.POSITIVE_INFINITY;
  };
  const loud = Math.min(rank("verbose"), rank("debug"));
  const quiet = rank("quiet") < loud;
  const debug = !quiet && rank("debug") < Number.POSITIVE_INFINITY;
  return { quiet, debug, verbose: !quiet && loud < Number.POSITIVE_INFINITY };
}

function systemPrompt(layers: readonly Layer[]): string {
  const found = pick(layers, "system-prompt", "system-prompt-file");
  if (!found) return "";
  const value = String(found.value);
  if (found.key === "system-prompt") return value;
  const hint = "Give the path of a text file, or the text itself with --system-prompt.";
  return readTextFile(value, { name: found.name, hint });
}

function profileLayer(config: Config, name: string, askedBy: string): Layer {
  return createLayer("profile", requireProfile(config, name, askedBy), (key) => `profiles.${name}.${key}`);
}

/** The profile's values. Throws KvchatError that names the nearest profile where there is none of that name. */
export function requireProfile(config: Config, name: string, askedBy: string): SettingGroupValues {
  const values = Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
  if (values) return values;
  const names = Object.keys(config.profiles);
  throw new KvchatError(`There is no profile ${quoted(name)} (asked for by ${askedBy}).`, {
    hint:
      names.length > 0
        ? `The nearest is ${quoted(nearestName(name, names))}; there are: ${names.join(", ")}.`
        : `Make one with: kvchat config set profiles.${name}.KEY VALUE`,
    exitCode: ExitCode.usage,
  });
}

/** A model's settings hold under its short name, the name it was called by, its path, and its file's name. */
function isNameOf(name: string, given: string, model: ResolvedModel): boolean {
  return (
    [given, model.name, basename(model.path)].some((other) => other.toLowerCase() === name.toLowerCase()) ||
    resolve(name) === model.path
  );
}
