// `npm run bench`: kvchat beside node-llama-cpp and llama.cpp on this machine. The result goes to stdout, progress to stderr.
import { basename } from "node:path";
import { createProgress } from "../../src/cli/progress.ts";
import { downloadFromHub } from "../../src/session/engine/hub-download.ts";
import { ExitCode, KvchatError } from "../../src/session/errors.ts";
import { folders } from "../../src/session/folders.ts";
import { resolveModel } from "../../src/session/models/resolve.ts";
import { findKvchat } from "./kvchat-program.ts";
import { findLlamaCpp } from "./llama-cpp.ts";
import { machineText, readMachineFacts } from "./machine-facts.ts";
import { type BenchOptions, helpText, readOptions } from "./options.ts";
import { plotText } from "./plot.ts";
import type { Row } from "./subject.ts";
import { subjects } from "./subjects.ts";
import { tableText } from "./table.ts";

async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const { rounds, threads, only, json } = options;
  const needed = new Set(only.flatMap((name) => subjects[name].llamaCpp ?? []));
  const llamaCpp = options.llamaCpp === undefined ? undefined : findLlamaCpp(options.llamaCpp, [...needed]);
  const workload = { modelPath: await findModel(options.model, signal), threads };
  const kvchat = findKvchat();
  const onProgress = (text: string) => void process.stderr.write(`${text}\n`);
  const field = { workload, kvchat, llamaCpp, signal, onProgress };
  const machine = readMachineFacts();
  const head = [
    basename(workload.modelPath),
    `${threads} ${threads === 1 ? "thread" : "threads"}`,
    ...(rounds === undefined ? [] : [`${rounds} ${rounds === 1 ? "round" : "rounds"}`]),
  ].join(", ");
  const { description } = kvchat;
  if (!json) process.stdout.write(`${machineText(machine)}${head}\nprogram: ${description}\n\n`);
  const rows: Row[] = [];
  for (const name of only) rows.push(...(await subjects[name].measure(field, rounds)));
  const settings = { model: workload.modelPath, threads, rounds, program: description };
  const text = json
    ? `${JSON.stringify({ machine, settings, rows }, undefined, 2)}\n`
    : tableText(rows) + plotText(rows);
  process.stdout.write(text);
}

async function findModel(name: string, signal: AbortSignal): Promise<string> {
  const progress = createProgress(process.stderr, name);
  const { path } = await resolveModel(name, {
    modelsDir: folders().models,
    downloadHub: downloadFromHub,
    onProgress: progress.update,
    onWait: () => process.stderr.write(`${name}: another process is fetching it; waiting.\n`),
    signal,
  }).finally(progress.end);
  return path;
}

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // node-llama-cpp reads a prompt to its end before it can be stopped; whoever cannot wait for that asks twice.
    if (stop.signal.aborted) process.exit(stoppedCode());
    stop.abort(name);
  });
}

function stoppedCode(): ExitCode {
  return stop.signal.reason === "SIGTERM" ? ExitCode.terminated : ExitCode.interrupted;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(helpText);
  else await bench(options, stop.signal);
} catch (error) {
  if (stop.signal.aborted) {
    process.stderr.write("stopped\n");
    process.exitCode = stoppedCode();
  } else if (error instanceof KvchatError) {
    process.stderr.write(`${error.message}\n${error.hint}\n`);
    process.exitCode = error.exitCode;
  } else {
    throw error;
  }
}
