// `kvchat config`: reads and changes the config file, and tells which value holds and where it comes from.
import type { Argv, CommandModule } from "yargs";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { configPath, readConfig } from "../settings/config-file.ts";
import { parseConfigKey } from "../settings/config-keys.ts";
import { changeConfig } from "../settings/config-store.ts";
import { checkConfigValue } from "../settings/config-values.ts";
import { formatSettings, listSettings, settingNow } from "../settings/list-settings.ts";

const listCommand: CommandModule<object, { json: boolean; profile?: string }> = {
  command: "list",
  describe: "Show every setting, its value, and where that comes from",
  builder: (yargs) =>
    withProfile(yargs).option("json", { type: "boolean", default: false, describe: "Print a JSON array" }),
  handler: ({ json, profile }) => {
    const listed = listSettings(readConfig(), profile);
    process.stdout.write(json ? `${JSON.stringify(listed, null, 2)}\n` : formatSettings(listed));
  },
};

const getCommand: CommandModule<object, { key: string; profile?: string }> = {
  command: "get <key>",
  describe: "Print the value that holds: the environment's, the profile's, the config file's or the default",
  builder: (yargs) => withProfile(withKey(yargs)),
  handler: ({ key, profile }) => {
    process.stdout.write(`${settingNow(readConfig(), key, profile)}\n`);
  },
};

const setCommand: CommandModule<object, { key: string; value?: string[]; "--"?: string[] }> = {
  command: "set <key> [value..]",
  describe: "Set a value in the config file",
  builder: (yargs) =>
    withKey(yargs).positional("value", {
      type: "string",
      array: true,
      describe: "The value; words are joined by spaces. After -- it may begin with a dash",
    }),
  handler: async ({ key, value = [], "--": literal = [] }) => {
    const words = [...value, ...literal];
    if (words.length === 0) throw lacksValue(key);
    const config = readConfig();
    const { group, setting } = parseConfigKey(key);
    const checked = await checkConfigValue(setting, words.join(" "), config);
    await changeConfig(config, (groupOf) => {
      groupOf(group)[setting.key] = checked;
    });
  },
};

const unsetCommand: CommandModule<object, { key: string }> = {
  command: "unset <key>",
  describe: "Take a value out of the config file, or a whole profiles.NAME or models.NAME",
  builder: withKey,
  handler: async ({ key }) => {
    const config = readConfig();
    const whole = wholeGroup(key, config);
    const { group, setting } = whole ? { group: whole, setting: undefined } : parseConfigKey(key);
    const values = group ? config[group.kind][group.name] : config.values;
    if (setting && values?.[setting.key] === undefined) return void process.stderr.write(`${key} was not set.\n`);
    await changeConfig(config, (groupOf, removeGroup) => {
      if (setting) delete groupOf(group)[setting.key];
      else if (group) removeGroup(group);
    });
  },
};

const pathCommand: CommandModule = {
  command: "path",
  describe: "Print the path of the config file",
  handler: () => {
    process.stdout.write(`${configPath()}\n`);
  },
};

export const configCommand: CommandModule = {
  command: "config",
  describe: "Read and change the settings in the config file",
  builder: (yargs: Argv) =>
    yargs
      .command(listCommand)
      .command(getCommand)
      .command(setCommand)
      .command(unsetCommand)
      .command(pathCommand)
      .demandCommand(1, "Name what to do: get, set, unset, list or path.")
      .epilogue("A key is a setting (ctx-size), one of a profile (profiles.NAME.temp) or of a model (models.NAME.kv)."),
  handler: () => {},
};

function lacksValue(key: string): KvchatError {
  return new KvchatError(`There is no value for ${quoted(key)}.`, {
    hint: `Call it as: kvchat config set ${key} VALUE; to take it away: kvchat config unset ${key}`,
    exitCode: ExitCode.usage,
  });
}

function withKey<T>(yargs: Argv<T>) {
  return yargs.positional("key", {
    type: "string",
    demandOption: true,
    describe: "ctx-size, profiles.NAME.ctx-size or models.NAME.ctx-size",
  });
}

function withProfile<T>(yargs: Argv<T>) {
  const last = (given: string | string[]) => (Array.isArray(given) ? given.at(-1) : given);
  return yargs.option("profile", { type: "string", describe: "As with this profile", coerce: last });
}

function wholeGroup(key: string, config: ReturnType<typeof readConfig>) {
  const match = /^(profiles|models)\.(.+)$/s.exec(key);
  const kind = match?.[1] as "profiles" | "models" | undefined;
  const name = match?.[2];
  return kind && name && Object.hasOwn(config[kind], name) ? { kind, name } : undefined;
}
