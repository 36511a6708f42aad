// `kvchat compare`: what quantised caches cost in quality and save in memory, on the user's model and machine.
import { writeFileSync } from "node:fs";
import type { CommandModule } from "yargs";
import { KvchatError } from "../../session/errors.ts";
import { type CompareArguments, defaults, readChoices } from "../compare/options.ts";
import { readSource } from "../compare/read-source.ts";
import { runCompare } from "../compare/run-compare.ts";
import { saveChoice } from "../compare/save-choice.ts";
import { findModel } from "../find-model.ts";
import { requireWritable } from "../require-writable.ts";
import { readConfig } from "../settings/config-file.ts";
import {
  configuredModel,
  gatherSettings,
  layersFor,
  outputSettings,
  runSettings,
} from "../settings/resolve-settings.ts";
import { stopSignal } from "../stop-signal.ts";

interface Arguments extends CompareArguments {
  readonly model?: string;
  readonly threads?: string;
  readonly gpu?: string;
  readonly "flash-attn"?: string;
  readonly html?: string;
}

export const compareCommand: CommandModule<object, Arguments> = {
  command: "compare [model]",
  describe: "Measure what KV cache types cost in quality and speed and save in memory, on your model and machine",
  builder: (yargs) =>
    yargs
      .positional("model", { type: "string", describe: "Short name, GGUF file or hf: URI" })
      .option("types", { type: "string", default: defaults.types, describe: "Cache types, TYPE or K/V, by commas" })
      .option("baseline", { type: "string", default: defaults.baseline, describe: "What they are measured against" })
      .option("text", {
        type: "string",
        nargs: 1,
        describe: "A text to read, - for piped text (default: kvchat's own)",
      })
      .option("session", { type: "string", describe: "Read a saved chat: would it have gone otherwise?" })
      .option("ctx-size", { alias: "c", type: "string", describe: "Tokens of a chunk (default: 512, of a chat all)" })
      .option("chunks", { type: "string", default: defaults.chunks, describe: "Read at most so many chunks" })
      .option("depth", {
        type: "string",
        default: defaults.depth,
        describe: "Tokens in the cache for speed, by commas",
      })
      .option("rounds", { type: "string", default: defaults.rounds, describe: "Rounds of speed; 0: none" })
      .option("max-kld", { type: "string", default: defaults["max-kld"], describe: "Loss to recommend (nats a token)" })
      .option("save", { type: "boolean", default: false, describe: "Set the recommended cache for this model" })
      .option("threads", { alias: "t", type: "string", describe: "CPU threads" })
      .option("gpu", { type: "string", describe: "auto, cuda, metal, vulkan or off" })
      .option("flash-attn", { type: "string", describe: "on, off or auto" })
      .option("json", { type: "boolean", default: false, describe: "Print a JSON object" })
      .option("csv", { type: "boolean", default: false, describe: "Print CSV" })
      .option("html", { type: "string", nargs: 1, describe: "Write a page with plots to this file" })
      .option("md", { type: "boolean", default: false, describe: "Print a Markdown table" }),
  handler: async (given) => {
    const choices = readChoices(given);
    if (given.html !== undefined) requireWritable(given.html);
    using stop = stopSignal();
    const { signal } = stop;
    try {
      const { settings, quiet, name, resolved } = await findSettings(given, signal);
      const source = await readSource(given, signal);
      const { stdout, stderr } = process;
      const report = await runCompare({ choices, settings, source, quiet, signal, stdout, stderr });
      const best = report.rows.find((row) => `${row.k}/${row.v}` === report.recommended);
      if (given.html !== undefined) {
        const { htmlPage } = await import("../compare/html-page.ts");
        writeFileSync(given.html, htmlPage(report, choices.maxKld));
        stderr.write(`Wrote ${given.html}\n`);
      }
      if (given.save && report.complete && best) {
        stderr.write(`Set ${await saveChoice(best, name, resolved)}.\n`);
      }
    } catch (error) {
      if (!signal.aborted || error instanceof KvchatError) throw error;
    }
    if (signal.aborted) process.exitCode = stop.exitCode;
  },
};

async function findSettings(given: Arguments, signal: AbortSignal) {
  const flags = Object.fromEntries(
    (["threads", "gpu", "flash-attn"] as const).flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]])),
  );
  const layers = gatherSettings({ flags, env: process.env, config: readConfig() });
  const name = given.model ?? configuredModel(layers);
  const { quiet } = outputSettings([...layers.above, layers.config]);
  const resolved = await findModel(name, { quiet, signal });
  const { conversation: settings } = runSettings(layersFor(layers, name, resolved), resolved);
  return { settings, quiet, name, resolved };
}
