// `kvchat explain`: one prompt with and without the KV cache, step by step, as a plot, a table, JSON or a page.
import { existsSync, writeFileSync } from "node:fs";
import type { CommandModule } from "yargs";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { runExplain } from "../explain/run-explain.ts";
import { findModel } from "../find-model.ts";
import { requireWritable } from "../require-writable.ts";
import { readConfig } from "../settings/config-file.ts";
import {
  configuredModel,
  configuredName,
  type GivenSettings,
  gatherSettings,
  layersFor,
  runSettings,
} from "../settings/resolve-settings.ts";
import { stopSignal } from "../stop-signal.ts";

interface ExplainArguments {
  model?: string;
  prompt?: string[];
  steps: string;
  html?: string;
  json: boolean;
}

const defaultPrompt = "The sky is blue because";
const mostSteps = 10_000;

export const explainCommand: CommandModule<object, ExplainArguments> = {
  command: "explain [model] [prompt..]",
  describe: "Show what the KV cache saves: one prompt with and without it, step by step, on your model",
  builder: (yargs) =>
    yargs
      .positional("model", { type: "string", describe: "Short name, GGUF file or hf: URI" })
      .positional("prompt", { type: "string", array: true, describe: `Plain text to go on from: "${defaultPrompt}"` })
      .option("steps", { alias: "n", type: "string", default: "24", describe: "Tokens to write" })
      .option("html", { type: "string", describe: "Write a page with plots to this file" })
      .option("json", { type: "boolean", default: false, describe: "Print a JSON object" }),
  handler: async ({ model, prompt = [], steps, html, json }) => {
    const wanted = parseSteps(steps);
    if (html !== undefined) requireWritable(html);
    const given = gatherSettings({ flags: {}, env: process.env, config: readConfig() });
    const name = chooseModel(model, given);
    using stop = stopSignal();
    const resolved = await findModel(name, { quiet: false, signal: stop.signal });
    const { conversation: settings } = runSettings(layersFor(given, name, resolved), resolved);
    const text = prompt.length > 0 ? prompt.join(" ") : defaultPrompt;
    const options = {
      settings,
      prompt: text,
      steps: wanted,
      signal: stop.signal,
      isJson: json,
      stdout: process.stdout,
    };
    const report = await runExplain(options);
    if (html !== undefined) {
      const { htmlPage } = await import("../explain/html-page.ts");
      writeFileSync(html, htmlPage(report));
      process.stderr.write(`Wrote ${html}\n`);
    }
    if (report.stopped) process.exitCode = stop.exitCode;
  },
};

function chooseModel(model: string | undefined, given: GivenSettings): string {
  if (model === undefined || model === configuredName) return configuredModel(given);
  if (!/\s/.test(model) || existsSync(model)) return model;
  throw new KvchatError(`${quoted(model)} is no model: the first argument names the model.`, {
    hint: `For the default model write: kvchat explain ${configuredName} PROMPT`,
    exitCode: ExitCode.usage,
  });
}

function parseSteps(given: string): number {
  const steps = Number(given);
  if (/^\d+$/.test(given) && steps >= 1 && steps <= mostSteps) return steps;
  throw new KvchatError(`-n cannot be ${quoted(given)}.`, {
    hint: `It takes a whole number of tokens from 1 to ${mostSteps}.`,
    exitCode: ExitCode.usage,
  });
}
