// The sampling settings that `/set` knows: their names on the command line, their limits, and how to read and write them.
import type { Sampling } from "../../../session/conversation-api.ts";
import type { CommandContext } from "./slash-command.ts";

interface Range {
  readonly isInteger: boolean;
  readonly min: number;
  readonly max: number;
}

export interface SamplingKey extends Range {
  readonly name: string;
  readonly field: keyof Sampling;
  readonly summary: string;
}

const largestSeed = 2 ** 32 - 1;

export const samplingKeys: readonly SamplingKey[] = [
  {
    name: "temp",
    field: "temperature",
    isInteger: false,
    min: 0,
    max: 100,
    summary: "0 always takes the likeliest token",
  },
  {
    name: "top-k",
    field: "topK",
    isInteger: true,
    min: 0,
    max: 1_000_000,
    summary: "the k likeliest tokens; 0 is all",
  },
  { name: "top-p", field: "topP", isInteger: false, min: 0, max: 1, summary: "the likeliest that sum to p; 1 is all" },
  { name: "min-p", field: "minP", isInteger: false, min: 0, max: 1, summary: "at least p of the likeliest; 0 is off" },
  { name: "repeat-penalty", field: "repeatPenalty", isInteger: false, min: 0.01, max: 100, summary: "1 is off" },
  { name: "seed", field: "seed", isInteger: true, min: 0, max: largestSeed, summary: "same seed, same answer" },
];

/** The value that a text stands for, or undefined where the setting does not allow it. */
export function parseSamplingValue(key: Range, text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  const isAllowed = value >= key.min && value <= key.max && (!key.isInteger || Number.isInteger(value));
  return isAllowed ? value : undefined;
}

/** What a setting is to be, told where it is only asked for, or given as it cannot be: then undefined. */
export function askedNumber(
  { note, fail }: Pick<CommandContext, "note" | "fail">,
  { name, before, ...range }: Range & { readonly name: string; readonly before: number },
  text: string,
): number | undefined {
  const value = parseSamplingValue(range, text);
  if (text === "") note(`${name} is ${before}`);
  else if (value === undefined) fail(`${name} cannot be “${text}”`, `Give ${describeRange(range)}.`);
  return value;
}

export function describeRange(key: Range): string {
  return `${key.isInteger ? "a whole number" : "a number"} from ${key.min} to ${key.max}`;
}
