// Reads the arguments of `kvchat run`. llama.cpp's flags are not what yargs reads: `-ngl 5` is no bundle of letters, `-1`
// is a value, and quotes in a prompt belong to it. It also takes a tenth of the time to the first token.

import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { nearestHint } from "../nearest.ts";
import { parseSwitch } from "./parse-value.ts";

export interface Flag {
  /** Without dashes: what its value is filed under. */
  readonly key: string;
  /** Every spelling, dashes included. */
  readonly names: readonly string[];
  readonly isBoolean: boolean;
  /** The value may be left out, and is then empty. */
  readonly isOptional?: boolean;
}

export interface Arguments {
  /** By key, as given; a boolean flag gives `true` or `false`, an optional value left out is empty. Of a flag that is given twice the last one holds. */
  readonly flags: Readonly<Record<string, string>>;
  readonly positionals: readonly string[];
}

/** Throws KvchatError with exit code 2 for a flag that is none, or lacks its value. */
export function readFlags(args: readonly string[], known: readonly Flag[]): Arguments {
  const flags: Record<string, string> = {};
  const positionals: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      positionals.push(...args.slice(index + 1));
      break;
    }
    if (!looksLikeFlag(arg)) {
      positionals.push(arg);
      continue;
    }
    const { flag, name, value, isNegated } = findFlag(arg, known);
    if (flag.isBoolean) {
      flags[flag.key] = isNegated ? "false" : switchValue(name, value ?? "true");
      continue;
    }
    if (value === undefined && flag.isOptional && !isValue(args[index + 1], known)) {
      flags[flag.key] = "";
      continue;
    }
    if (value === undefined) index++;
    flags[flag.key] = value ?? valueAfter(name, args[index], known);
  }
  return { flags, positionals };
}

/** Text that begins with a dash, such as `- one` or `-5 degrees`, is text. */
function looksLikeFlag(arg: string): boolean {
  return /^--?[a-z]\S*?(=|$)/i.test(arg) || /^-[a-z]+-?\d\S*$/i.test(arg);
}

interface FoundFlag {
  flag: Flag;
  name: string;
  value?: string;
  isNegated?: boolean;
}

function findFlag(arg: string, known: readonly Flag[]): FoundFlag {
  const named = (name: string) => known.find((flag) => flag.names.includes(name));
  const equals = arg.indexOf("=");
  const name = equals < 0 ? arg : arg.slice(0, equals);
  const value = equals < 0 ? undefined : arg.slice(equals + 1);
  const exact = named(name);
  if (exact) return { flag: exact, name, value };
  const negated = name.startsWith("--no-") ? named(`--${name.slice(5)}`) : undefined;
  if (negated?.isBoolean && value === undefined) return { flag: negated, name, isNegated: true };
  if (negated?.isBoolean) throw needlessValue(name, negated.key);
  const attached = /^(-[a-z]+?)(-?\d.*)$/i.exec(arg);
  const short = attached?.[1] ? named(attached[1]) : undefined;
  if (short && !short.isBoolean) return { flag: short, name: attached?.[1] ?? "", value: attached?.[2] };
  throw unknownFlag(name, known);
}

function switchValue(name: string, value: string): string {
  const isOn = parseSwitch(value.trim().toLowerCase());
  if (isOn !== undefined) return String(isOn);
  throw new KvchatError(`${name} cannot be ${quoted(value)}.`, {
    hint: "It takes on or off.",
    exitCode: ExitCode.usage,
  });
}

function needlessValue(name: string, key: string): KvchatError {
  return new KvchatError(`${name} takes no value.`, {
    hint: `Write ${name} alone, or --${key}=on or --${key}=off.`,
    exitCode: ExitCode.usage,
  });
}

/** What follows a flag is its value also where it begins with a dash, except for a flag that is known. */
function valueAfter(name: string, next: string | undefined, known: readonly Flag[]): string {
  if (isValue(next, known)) return next;
  throw new KvchatError(`${name} needs a value.`, {
    hint: `Write it after the flag, or as ${name}=VALUE.`,
    exitCode: ExitCode.usage,
  });
}

function isValue(next: string | undefined, known: readonly Flag[]): next is string {
  if (next === undefined || next === "--") return false;
  return !known.some((flag) => flag.names.includes(next.split("=")[0] ?? ""));
}

function unknownFlag(name: string, known: readonly Flag[]): KvchatError {
  const names = known.flatMap((flag) => (flag.isBoolean ? [...flag.names, `--no-${flag.key}`] : flag.names));
  return new KvchatError(`There is no flag ${quoted(name)}.`, {
    hint: `${nearestHint(name, names)}"kvchat run --help" shows all. Text that begins with a dash goes after --`,
    exitCode: ExitCode.usage,
  });
}
