// The programs of a built llama.cpp: where they lie, and how they are started to do the same work as kvchat.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ExitCode, KvchatError } from "../../src/session/errors.ts";
import type { Program } from "./program.ts";
import { batchSize, type Workload } from "./workload.ts";

/** Paths of its programs; of those that were not asked for there may be none. */
export interface LlamaCpp {
  readonly bench: string;
  readonly completion: string;
  readonly server: string;
}

/** They are called as the targets that build them. */
export type LlamaProgram = "llama-bench" | "llama-completion" | "llama-server";

/** Throws KvchatError where `folder` lacks one that is needed. */
export function findLlamaCpp(folder: string, needed: readonly LlamaProgram[]): LlamaCpp {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const places = [folder, join(folder, "bin"), join(folder, "build", "bin")];
  const lacking = (place: string) => needed.filter((name) => !existsSync(join(place, name + suffix)));
  const place = places.toSorted((a, b) => lacking(a).length - lacking(b).length)[0] ?? folder;
  const lacks = lacking(place);
  if (lacks.length > 0) {
    throw new KvchatError(`There is no ${lacks.join(" and no ")} in ${folder}, its bin or its build/bin.`, {
      hint: `Build what lacks: cmake -B build && cmake --build build --target ${lacks.join(" ")}`,
      exitCode: ExitCode.usage,
    });
  }
  const pathOf = (name: LlamaProgram) => resolve(place, name + suffix);
  return { bench: pathOf("llama-bench"), completion: pathOf("llama-completion"), server: pathOf("llama-server") };
}

export interface BenchWork {
  /** Tokens to read, or 0. */
  readonly prompt: number;
  /** Tokens to generate, or 0. */
  readonly generate: number;
  /** Tokens that stand in the cache before. */
  readonly depth: number;
}

/** Tokens a second, by llama-bench's own clock. */
export async function runLlamaBench(
  { bench }: LlamaCpp,
  { modelPath, threads }: Workload,
  work: BenchWork,
  signal: AbortSignal,
): Promise<number> {
  const options = {
    "-m": modelPath,
    "-t": threads,
    "-p": work.prompt,
    "-n": work.generate,
    "-d": work.depth,
    "-b": batchSize,
    "-ub": batchSize,
    "-ngl": 0,
    "-r": 1,
    "-o": "json",
  };
  const child = Bun.spawn([bench, ...Object.entries(options).flat().map(String)], {
    stdin: "ignore",
    stderr: "pipe",
    signal,
  });
  const [text, complaints, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`llama-bench ended with ${code}:\n${complaints.slice(-2000)}`);
  const [result] = JSON.parse(text) as { avg_ts: number }[];
  if (!result) throw new Error("llama-bench measured nothing");
  return result.avg_ts;
}

/** `tokens` of a greedy answer to `prompt`. */
export interface Turn {
  readonly systemPrompt: string;
  readonly prompt: string;
  readonly tokens: number;
}

/** llama-completion with its own defaults; its stdout holds nothing but the answer. */
export function completionProgram({ completion }: LlamaCpp, { modelPath, threads }: Workload, turn: Turn): Program {
  const options = ["-m", modelPath, "-t", threads, ...turnFlags(turn), "--single-turn", "--no-display-prompt"];
  return { command: [completion, ...options.map(String)] };
}

/** Flags that kvchat and llama-completion share. */
export function turnFlags({ systemPrompt, prompt, tokens }: Turn): (string | number)[] {
  return ["-sys", systemPrompt, "-p", prompt, "-n", tokens, "--temp", 0];
}
