// `kvchat models`: what is on this machine, what has a short name, and getting, finding and deleting model files.
import { existsSync } from "node:fs";
import prettyBytes from "pretty-bytes";
import stringWidth from "string-width";
import type { Argv, CommandModule } from "yargs";
import { downloadFromHub } from "../../session/engine/hub-download.ts";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { folders } from "../../session/folders.ts";
import { catalog } from "../../session/models/catalog.ts";
import { checkChatModel } from "../../session/models/check-chat-model.ts";
import { findLocalCatalogModel, listLocalModels, removeLocalModel } from "../../session/models/model-store.ts";
import { quoted } from "../../session/models/quoted.ts";
import { findLocalByName, resolveModel } from "../../session/models/resolve.ts";
import { createProgress } from "../progress.ts";

/** One line of `models list`, and the object that `--json` prints for it. A contract: only add to it. */
interface ListedModel {
  name: string;
  parameters: string | null;
  bytes: number;
  license: string | null;
  /** Absolute path; null where the model is not on this machine. */
  path: string | null;
  sources: string[];
}

const listCommand: CommandModule<object, { json: boolean }> = {
  command: "list",
  describe: "Show the models on this machine and those that have a short name",
  builder: (yargs) => yargs.option("json", { type: "boolean", default: false, describe: "Print a JSON array" }),
  handler: async ({ json }) => {
    const models = await listModels(folders().models);
    process.stdout.write(json ? `${JSON.stringify(models, null, 2)}\n` : formatList(models));
  },
};

const pullCommand: CommandModule<object, { names: string[] }> = {
  command: "pull <names..>",
  describe: "Fetch models by short name, hf: URI or address",
  builder: (yargs) => yargs.positional("names", { type: "string", array: true, demandOption: true }),
  handler: async ({ names }) => {
    for (const name of names) await pull(name);
  },
};

const removeCommand: CommandModule<object, { names: string[] }> = {
  command: "rm <names..>",
  describe: "Delete models from the models folder",
  builder: (yargs) => yargs.positional("names", { type: "string", array: true, demandOption: true }),
  handler: async ({ names }) => {
    const { models } = folders();
    const found = [];
    for (const name of names) found.push((await findLocalByName(name, models)) ?? (await throwNotLocal(name, models)));
    for (const model of found) {
      const freed = await removeLocalModel(models, model);
      process.stderr.write(`Deleted ${model.name}: ${prettyBytes(freed)} freed.\n`);
    }
  },
};

const pathCommand: CommandModule<object, { name: string }> = {
  command: "path <name>",
  describe: "Print the path of a model on this machine",
  builder: (yargs) => yargs.positional("name", { type: "string", demandOption: true }),
  handler: async ({ name }) => {
    const { path } = await resolveModel(name, { modelsDir: folders().models, offline: true });
    await requireThere(path);
    process.stdout.write(`${path}\n`);
  },
};

export const modelsCommand: CommandModule = {
  command: "models",
  describe: "Manage the models on this machine",
  builder: (yargs: Argv) =>
    yargs
      .command(listCommand)
      .command(pullCommand)
      .command(removeCommand)
      .command(pathCommand)
      .demandCommand(1, "Name what to do: list, pull, rm or path."),
  handler: () => {},
};

async function pull(name: string): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(stoppedBy("interrupted"));
  const onTerminate = () => stop.abort(stoppedBy("terminated"));
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onTerminate);
  const progress = createProgress(process.stderr, name);
  try {
    const { path } = await resolveModel(name, {
      modelsDir: folders().models,
      downloadHub: downloadFromHub,
      onProgress: progress.update,
      onWait: () => process.stderr.write(`${name}: another kvchat is fetching it; waiting.\n`),
      signal: stop.signal,
    });
    progress.end();
    await requireThere(path);
    process.stderr.write(`${name}: ${path}\n`);
  } finally {
    progress.end();
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  }
}

/** A path is taken as it was given; the check of the model knows what to say where nothing is there. */
async function requireThere(path: string): Promise<void> {
  if (!existsSync(path)) await checkChatModel(path);
}

function stoppedBy(how: "interrupted" | "terminated"): KvchatError {
  const hint = "Nothing half-done was kept; the same command fetches it again.";
  return new KvchatError("The download was stopped.", { hint, exitCode: ExitCode[how] });
}

async function throwNotLocal(name: string, modelsDir: string): Promise<never> {
  const names = (await listLocalModels(modelsDir)).map((model) => model.name);
  throw new KvchatError(`There is no model ${quoted(name)} in ${quoted(modelsDir)}.`, {
    hint: names.length > 0 ? `These are there: ${names.join(", ")}` : "No model is there.",
    exitCode: ExitCode.notFound,
  });
}

async function listModels(modelsDir: string): Promise<ListedModel[]> {
  const local = await listLocalModels(modelsDir);
  const known = new Set<string>();
  const listed: ListedModel[] = [];
  for (const model of catalog) {
    const path = await findLocalCatalogModel(modelsDir, model);
    if (path) known.add(path);
    listed.push({
      name: model.alias,
      parameters: model.parameters,
      bytes: local.find((candidate) => candidate.path === path)?.bytes ?? model.approximateBytes,
      license: model.license,
      path: path ?? null,
      sources: model.sources.map((source) => (source.kind === "pip" ? "pip" : source.uri)),
    });
  }
  for (const { name, bytes, path } of local.filter((candidate) => !known.has(candidate.path))) {
    listed.push({ name, parameters: null, bytes, license: null, path, sources: [] });
  }
  return listed.sort((a, b) => Number(b.path !== null) - Number(a.path !== null));
}

function formatList(models: ListedModel[]): string {
  const rows = models.map((model) => [
    model.name,
    model.parameters ?? "",
    prettyBytes(model.bytes),
    model.license ?? "",
    model.path ??
      `not here; ${model.sources.map((source) => (source === "pip" ? "pip" : source.split("/")[0])).join(", ")}`,
  ]);
  const table = [["NAME", "WEIGHTS", "SIZE", "LICENSE", "WHERE"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => stringWidth(row[column] ?? ""))));
  const line = (row: string[]) =>
    row.map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell)))).join("  ");
  return `${table.map((row) => line(row).trimEnd()).join("\n")}\n`;
}
