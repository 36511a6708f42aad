// The flags of `kvchat compare`, from text to values, or an error that says what is right.
import type { KvType } from "../../cache/types.ts";
import { type Pair, smallestContext } from "../../session/compare/plan.ts";
import { defaultMaxKld } from "../../session/compare/verdict.ts";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { parseValue } from "../settings/parse-value.ts";
import { findSetting } from "../settings/schema.ts";

export type CompareFormat = "table" | "json" | "csv" | "md";

/** As given: all are text or absent. */
export interface CompareArguments {
  readonly types: string;
  readonly baseline: string;
  readonly text?: string;
  readonly session?: string;
  readonly "ctx-size"?: string;
  readonly depth: string;
  readonly chunks: string;
  readonly rounds: string;
  readonly "max-kld": string;
  readonly save: boolean;
  readonly json: boolean;
  readonly csv: boolean;
  readonly md: boolean;
}

export interface CompareChoices {
  readonly pairs: readonly Pair[];
  readonly baseline: Pair;
  /** Undefined: as the text asks for. */
  readonly contextSize: number | undefined;
  readonly depths: readonly number[];
  readonly chunks: number;
  readonly rounds: number;
  /** Nats. */
  readonly maxKld: number;
  readonly format: CompareFormat;
}

export const defaults = {
  types: "f16,q8_0,q4_0",
  baseline: "f16",
  depth: "0,2048",
  chunks: "4",
  rounds: "3",
  "max-kld": String(defaultMaxKld),
} as const;

const most = { contextSize: 2 ** 20, depth: 2 ** 20, chunks: 2000, rounds: 1000 };

/** Throws KvchatError with exit code 2. */
export function readChoices(given: CompareArguments): CompareChoices {
  refuseBoth("text", given.text, "session", given.session);
  return {
    pairs: listOf(given.types).map((name) => readPair("--types", name)),
    baseline: readPair("--baseline", given.baseline),
    contextSize: readContextSize(given["ctx-size"]),
    depths: [...new Set(listOf(given.depth).map((depth) => whole("--depth", depth, 0, most.depth)))],
    chunks: whole("--chunks", given.chunks, 1, most.chunks),
    rounds: whole("--rounds", given.rounds, 0, most.rounds),
    maxKld: readMaxKld(given["max-kld"]),
    format: readFormat(given),
  };
}

function readContextSize(text: string | undefined): number | undefined {
  return text === undefined ? undefined : whole("--ctx-size", text, smallestContext, most.contextSize);
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function readPair(flag: string, name: string): Pair {
  const setting = findSetting("kv");
  if (!setting) throw new Error("there is no setting for cache types");
  const [k, v = k] = String(parseValue(setting, name, flag)).split("/") as [KvType, KvType?];
  return { k, v };
}

function whole(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw refusal(flag, text, `It takes a whole number from ${min} to ${max}.`);
}

function readMaxKld(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && Number.isFinite(value)) return value;
  throw refusal("--max-kld", text, "It takes a number of nats from 0, such as 0.01.");
}

function readFormat({ json, csv, md }: CompareArguments): CompareFormat {
  refuseBoth("json", json || undefined, "csv", csv || undefined);
  refuseBoth("json", json || undefined, "md", md || undefined);
  refuseBoth("csv", csv || undefined, "md", md || undefined);
  return json ? "json" : csv ? "csv" : md ? "md" : "table";
}

function refuseBoth(one: string, first: unknown, other: string, second: unknown): void {
  if (first === undefined || second === undefined) return;
  throw new KvchatError(`--${one} and --${other} contradict each other.`, {
    hint: "Give one of them.",
    exitCode: ExitCode.usage,
  });
}

function refusal(flag: string, text: string, hint: string): KvchatError {
  return new KvchatError(`${flag} cannot be ${quoted(text)}.`, { hint, exitCode: ExitCode.usage });
}
