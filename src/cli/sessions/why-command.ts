// `kvchat sessions why`: what of a session's cache would be used if it were resumed now, and why not the rest.
import type { CommandModule } from "yargs";
import { readVersions } from "#native-files";
import { fallbackTemplates } from "../../session/fallback-template.ts";
import { folders } from "../../session/folders.ts";
import { checkChatModel } from "../../session/models/check-chat-model.ts";
import { type ResolvedModel, resolveModel } from "../../session/models/resolve.ts";
import { fingerprintOf } from "../../session/persistence.ts";
import type { LoadedSession } from "../../session/store/session-record.ts";
import type { SessionStore } from "../../session/store/session-store.ts";
import { type Conditions, explainResume } from "../../session/upkeep/explain-resume.ts";
import { readConfig } from "../settings/config-file.ts";
import {
  configuredModel,
  type GivenSettings,
  gatherSettings,
  layersFor,
  runSettings,
} from "../settings/resolve-settings.ts";
import { type SettingKey, settings } from "../settings/schema.ts";
import { openBlocks, openStore, printJson, withJson, withName } from "./command-parts.ts";
import { formatWhy } from "./format-why.ts";
import { RunSession } from "./run-session.ts";

/** Of a run's flags those that decide what of a cache can be used. */
const whatIf: readonly SettingKey[] = [
  "model",
  "ctx-size",
  "kv",
  "cache-type-k",
  "cache-type-v",
  "flash-attn",
  "swa-full",
];

type WhyArguments = { name: string; json: boolean } & Partial<Record<SettingKey, unknown>>;

export const whyCommand: CommandModule<object, WhyArguments> = {
  command: "why <name>",
  describe: "Tell which tokens a resume would use, and why not the rest; with flags of a run: what if",
  builder: (yargs) => {
    for (const key of whatIf) {
      const { kind, summary } = settings.find((setting) => setting.key === key) as (typeof settings)[number];
      const alias = key === "model" ? "m" : key === "ctx-size" ? "c" : undefined;
      const type = kind.type === "boolean" ? "boolean" : "string";
      yargs.option(key, { alias, type, group: "What if:", describe: summary });
    }
    return withJson(withName(yargs), "object");
  },
  handler: async ({ name, json, ...args }) => {
    using store = openStore();
    const loaded = store.load(store.find(name).id);
    const blocks = await openBlocks().catch(() => undefined);
    const now = await conditionsOf(store, loaded, flagsIn(args));
    const report = await explainResume(loaded, store.loadKv(loaded.session.id), blocks, now);
    if (json) printJson(report);
    else process.stdout.write(formatWhy(report));
  },
};

function flagsIn(args: Partial<Record<SettingKey, unknown>>): Record<string, string> {
  const given = whatIf.filter((key) => args[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, String(args[key])]));
}

/** As `kvchat run --resume` would have it with these flags. */
async function conditionsOf(
  store: SessionStore,
  loaded: LoadedSession,
  flags: Record<string, string>,
): Promise<Conditions> {
  const given = gatherSettings({ flags, env: process.env, config: readConfig() });
  const session = new RunSession(store, loaded, undefined);
  const { wanted, model } = await findModel(given, session, flags.model);
  const facts = await checkChatModel(model.path);
  const { conversation } = runSettings(layersFor(given, wanted, model, session.layer), model);
  return {
    fingerprint: await fingerprintOf(facts, conversation, readVersions().llamaCpp),
    templates: facts.chatTemplate ? [facts.chatTemplate] : fallbackTemplates,
    contextSize: conversation.ctxSize || undefined,
    said: async () => {
      const { saidTokens } = await import("../../session/upkeep/said-tokens.ts");
      return saidTokens(loaded, facts, conversation.systemPrompt);
    },
  };
}

async function findModel(
  given: GivenSettings,
  session: RunSession,
  named: string | undefined,
): Promise<{ wanted: string; model: ResolvedModel }> {
  const known = named === undefined ? session.model : undefined;
  const wanted = known?.name ?? configuredModel(given);
  return {
    wanted,
    model: known?.resolved ?? (await resolveModel(wanted, { modelsDir: folders().models, offline: true })),
  };
}
