// What the bench can be asked for, and its help.
import { parseArgs } from "node:util";
import { ExitCode, KvchatError } from "../../src/session/errors.ts";
import { defaultModelAlias } from "../../src/session/models/catalog.ts";
import { type SubjectName, sessionNames, speedNames, subjectNames } from "./subject.ts";

export interface BenchOptions {
  readonly model: string;
  /** Undefined: each subject's own. */
  readonly rounds: number | undefined;
  readonly threads: number;
  readonly only: readonly SubjectName[];
  /** Folder of a built llama.cpp. */
  readonly llamaCpp?: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const helpText = `npm run bench -- [options]

Measures kvchat beside node-llama-cpp and llama.cpp, in interleaved rounds. For figures that mean something leave the
machine alone meanwhile. All of it takes half an hour, because chats of thousands of tokens are read cold; what is
written meanwhile lies in a folder of its own and is removed.

  --model NAME       short name or GGUF file (default: ${defaultModelAlias})
  --llama-cpp DIR    a built llama.cpp, to measure llama-bench, llama-completion and llama-server, too
  --rounds N         measurements of each (default: 5; fewer where one takes minutes)
  --threads N        CPU threads (default: 1)
  --only NAMES       some of: ${speedNames.join(",")},
                     ${sessionNames.join(",")}
  --json             all figures as JSON
`;

/** Throws KvchatError for what cannot be meant. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parse(args);
  return {
    model: values.model,
    rounds: values.rounds === undefined ? undefined : positive("--rounds", values.rounds),
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
        rounds: { type: "string" },
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
