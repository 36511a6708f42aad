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
import { chat, memory, start, version } from "./program-subjects.ts";
import { measureSubject } from "./rounds.ts";
import { decode, prefill } from "./speed-subjects.ts";
import type { Row } from "./subject.ts";
import { tableText } from "./table.ts";

const subjects = { decode, prefill, start, memory, version, chat };

async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const { rounds, threads, only, json } = options;
  const llamaCpp = options.llamaCpp === undefined ? undefined : findLlamaCpp(options.llamaCpp);
  const workload = { modelPath: await findModel(options.model, signal), threads };
  const kvchat = findKvchat();
  const field = { workload, kvchat, llamaCpp };
  const machine = readMachineFacts();
  const head = `${basename(workload.modelPath)}, ${threads} ${threads === 1 ? "thread" : "threads"}, ${rounds} rounds`;
  const { description } = kvchat;
  if (!json) process.stdout.write(`${machineText(machine)}${head}\nprogram: ${description}\n\n`);
  const onProgress = (text: string) => void process.stderr.write(`${text}\n`);
  const rows: Row[] = [];
  for (const name of only) {
    await using open = new AsyncDisposableStack();
    const subject = await subjects[name](field, open);
    rows.push(...(await measureSubject(subject, { rounds, signal, onProgress })));
  }
  const settings = { model: workload.modelPath, threads, rounds, program: description };
  process.stdout.write(json ? `${JSON.stringify({ machine, settings, rows }, undefined, 2)}\n` : tableText(rows));
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
