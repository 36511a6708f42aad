// From what a person or a file gave for a setting to its value, or an error that names where it came from and what is right.

import { kvTypes } from "../../cache/types.ts";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { nearestName } from "../nearest.ts";
import { parseBytes } from "./parse-bytes.ts";
import type { Setting, SettingKind } from "./schema.ts";

export type SettingValue = string | number | boolean;

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const yes = ["true", "on", "yes", "1"];
const no = ["false", "off", "no", "0"];

/** `where` names the source for people, such as `--temp` or `KVCHAT_TEMP`. Throws KvchatError with exit code 2. */
export function parseValue(setting: Setting, given: unknown, where: string): SettingValue {
  const { kind } = setting;
  const refuse = (hint: string) => invalidValue(given, where, hint);
  if (typeof given !== "string" && typeof given !== "number" && typeof given !== "boolean")
    throw refuse(allowed(setting));
  if (kind.type === "text") return parseText(given, refuse);
  const text = String(given).trim().toLowerCase();
  const value = parseKind(kind, text);
  if (value !== undefined) return value;
  throw refuse(nearHint(kind, text) ?? allowed(setting));
}

function parseKind(kind: Exclude<SettingKind, { type: "text" }>, text: string): SettingValue | undefined {
  switch (kind.type) {
    case "boolean":
      return parseSwitch(text);
    case "choice":
      return kind.choices.includes(text) ? text : undefined;
    case "kv": {
      const types = text.split("/");
      return types.length <= 2 && types.every((type) => (kvTypes as string[]).includes(type)) ? text : undefined;
    }
    case "bytes":
      return parseBytes(text);
    default: {
      if (kind.words?.includes(text)) return text;
      const value = Number(text);
      const fits = decimal.test(text) && value >= kind.min && value <= kind.max;
      return fits && (kind.type === "number" || Number.isInteger(value)) ? value : undefined;
    }
  }
}

/** Undefined for what is neither on nor off. */
export function parseSwitch(text: string): boolean | undefined {
  return yes.includes(text) ? true : no.includes(text) ? false : undefined;
}

/** A NUL ends a text in native code: what follows would be lost without a word. */
function parseText(given: SettingValue, refuse: (hint: string) => KvchatError): string {
  if (typeof given !== "string" || given.includes("\0")) throw refuse("It takes text.");
  return given;
}

function invalidValue(given: unknown, where: string, hint: string): KvchatError {
  const shown = typeof given === "string" ? quoted(given) : quoted(JSON.stringify(given) ?? String(given));
  return new KvchatError(`${where} cannot be ${shown}.`, { hint, exitCode: ExitCode.usage });
}

/** What a setting takes, as a sentence: `It takes a whole number from 1 to 512.` */
export function allowed({ kind, unit }: Setting): string {
  switch (kind.type) {
    case "boolean":
      return "It takes on or off.";
    case "choice":
      return `It takes one of ${kind.choices.join(", ")}.`;
    case "kv":
      return `It takes TYPE or K/V of ${kvTypes.join(", ")}, such as q8_0 or q8_0/q4_0.`;
    case "text":
      return "It takes text.";
    case "bytes":
      return "It takes a size, such as 10 GiB or 500 MB.";
    default: {
      const what = kind.type === "integer" ? "a whole number" : "a number";
      const words = kind.words ? `${kind.words.join(", ")}, or ` : "";
      return `It takes ${words}${what}${unit ? ` of ${unit}` : ""} from ${kind.min} to ${kind.max}.`;
    }
  }
}

function nearHint(kind: SettingKind, text: string): string | undefined {
  if (kind.type === "choice" && text !== "") {
    return `The nearest is ${nearestName(text, kind.choices)}; it takes one of ${kind.choices.join(", ")}.`;
  }
  return undefined;
}
