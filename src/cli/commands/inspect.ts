// `kvchat inspect`: what a model is and what its cache will take, from the header of its file alone.
import type { CommandModule } from "yargs";
import { machineMemory } from "../../session/engine/machine.ts";
import { folders } from "../../session/folders.ts";
import { findModel } from "../../session/inspect/find-model.ts";
import { reportModel } from "../../session/inspect/report-model.ts";
import { formatInspect } from "../inspect/format-report.ts";
import { readConfig } from "../settings/config-file.ts";
import {
  configuredModel,
  configuredName,
  gatherSettings,
  layersFor,
  runSettings,
} from "../settings/resolve-settings.ts";

interface InspectArguments {
  model?: string;
  "ctx-size"?: string;
  kv?: string;
  json: boolean;
}

export const inspectCommand: CommandModule<object, InspectArguments> = {
  command: "inspect [model]",
  describe: "Tell a model's shape and what its KV cache takes, before it is loaded or even downloaded",
  builder: (yargs) =>
    yargs
      .positional("model", { type: "string", describe: "Short name, GGUF file, hf: URI or address" })
      .option("ctx-size", { alias: "c", type: "string", describe: "Show this context, too (tokens)" })
      .option("kv", { type: "string", describe: "Cache type of K and V, or K/V" })
      .option("json", { type: "boolean", default: false, describe: "Print a JSON object" }),
  handler: async ({ model, json, kv, "ctx-size": ctxSize }) => {
    const flags = { ...(kv !== undefined && { kv }), ...(ctxSize !== undefined && { "ctx-size": ctxSize }) };
    const given = gatherSettings({ flags, env: process.env, config: readConfig() });
    const name = model === undefined || model === configuredName ? configuredModel(given) : model;
    const { file, source, resolved } = await findModel(name, { modelsDir: folders().models, env: process.env });
    const { conversation } = runSettings(layersFor(given, name, resolved), resolved);
    const report = reportModel(file, {
      source,
      contextSize: conversation.ctxSize || file.facts.contextTrained,
      machine: machineMemory(conversation.gpu),
      config: { ...conversation, typeK: conversation.cacheTypeK, typeV: conversation.cacheTypeV },
    });
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : formatInspect(report));
  },
};
