// What the bench can be asked for, and its help.
import { parseArgs } from "node:util";
import { ExitCode, KvchatError } from "../../src/session/errors.ts";
import { defaultModelAlias } from "../../src/session/models/catalog.ts";
import { type SubjectName, subjectNames } from "./subject.ts";

export interface BenchOptions {
  readonly model: string;
  readonly rounds: number;
  readonly threads: number;
  readonly only: readonly SubjectName[];
  /** Folder of a built llama.cpp. */
  readonly llamaCpp?: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const helpText = `npm run bench -- [options]

Measures kvchat beside node-llama-cpp and llama.cpp, in interleaved rounds. For figures that mean something leave the
machine alone meanwhile.

  --model NAME       short name or GGUF file (default: ${defaultModelAlias})
  --llama-cpp DIR    a built llama.cpp, to measure llama-bench and llama-completion, too
  --rounds N         measurements of each (default: 5)
  --threads N        CPU threads (default: 1)
  --only NAMES       some of: ${subjectNames.join(",")}
  --json             all figures as JSON
`;

/** Throws KvchatError for what cannot be meant. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parse(args);
  return {
    model: values.model,
    rounds: positive("--rounds", values.rounds),
    threads: positive("--threads", values.threads),
    only: values.only === undefined ? subjectNames : values.only.split(",").map(subjectName),
    llamaCpp: values["llama-cpp"],
    json: values.json,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        model: { type: "string", default: defaultModelAlias },
        rounds: { type: "string", default: "5" },
        threads: { type: "string", default: "1" },
        only: { type: "string" },
        "llama-cpp": { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw usage(`${flag} is a whole number from 1, not "${text}".`);
}

function subjectName(text: string): SubjectName {
  const name = subjectNames.find((candidate) => candidate === text.trim());
  if (name) return name;
  throw usage(`--only takes ${subjectNames.join(", ")}, not "${text}".`);
}

function usage(message: string): KvchatError {
  return new KvchatError(message, { hint: "npm run bench -- --help shows the options.", exitCode: ExitCode.usage });
}
