import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { samplingKeys } from "../../../src/cli/chat/commands/sampling-keys.ts";
import { parseValue } from "../../../src/cli/settings/parse-value.ts";
import { findSetting, type Setting, settings } from "../../../src/cli/settings/schema.ts";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";

function setting(key: string): Setting {
  const found = findSetting(key);
  if (!found) throw new Error(`No setting ${key}.`);
  return found;
}

const numeric = settings.filter(({ kind }) => kind.type === "integer" || kind.type === "number");

test.each([
  ["ctx-size", "512", 512],
  ["ctx-size", " 512 ", 512],
  ["ctx-size", "0", 0],
  ["ctx-size", 4096, 4096],
  ["ctx-size", "1e3", 1000],
  ["n-predict", "-1", -1],
  ["temp", "0", 0],
  ["temp", ".7", 0.7],
  ["temp", "1e-1", 0.1],
  ["gpu-layers", "auto", "auto"],
  ["gpu-layers", "ALL", "all"],
  ["gpu-layers", "12", 12],
  ["mmap", "off", false],
  ["mmap", "0", false],
  ["mmap", false, false],
  ["swa-full", "TRUE", true],
  ["flash-attn", "On", "on"],
  ["cache-type-k", "Q8_0", "q8_0"],
  ["kv", "q8_0/q4_0", "q8_0/q4_0"],
  ["kv", "F16", "f16"],
  ["cache-cap", "10 GiB", 10 * 2 ** 30],
  ["cache-cap", "1.5kib", 1536],
  ["cache-cap", "500 MB", 500_000_000],
  ["cache-cap", "2g", 2 ** 31],
  ["cache-cap", 4096, 4096],
  ["system-prompt", " as it is ", " as it is "],
  ["system-prompt", "", ""],
])("%s takes %j as %j", (key, given, value) => {
  expect(parseValue(setting(key), given, "--x")).toBe(value);
});

test.each([
  ["ctx-size", "-1", "from 0 to"],
  ["ctx-size", "abc", "a whole number of tokens"],
  ["ctx-size", "1.5", "a whole number"],
  ["ctx-size", "", "a whole number"],
  ["ctx-size", "0x10", "a whole number"],
  ["ctx-size", "4k", "a whole number"],
  ["ctx-size", "Infinity", "a whole number"],
  ["ctx-size", "NaN", "a whole number"],
  ["ctx-size", "99999999999", "to 2147483647"],
  ["ctx-size", true, "a whole number"],
  ["ctx-size", null, "a whole number"],
  ["ctx-size", [512], "a whole number"],
  ["threads", "-2", "from 0 to 512"],
  ["batch-size", "0", "from 1 to"],
  ["n-predict", "-2", "from -1 to"],
  ["seed", "4294967296", "to 4294967295"],
  ["temp", "-0.1", "a number from 0 to 100"],
  ["top-p", "1.01", "from 0 to 1"],
  ["gpu-layers", "-1", "auto, all, or a whole number of layers from 0"],
  ["flash-attn", "yes", "on, off, auto"],
  ["window", "truns", "The nearest is turns"],
  ["cache-type-k", "q8_1", "The nearest is q8_0"],
  ["cache-type-v", "i8", "f32, f16, bf16, q8_0"],
  ["kv", "q8_0/", "K/V"],
  ["kv", "q8_0/q4_0/f16", "K/V"],
  ["kv", "q8_0,q4_0", "K/V"],
  ["cache-cap", "-1", "a size"],
  ["cache-cap", "10 GiX", "a size"],
  ["cache-cap", "10 i", "a size"],
  ["cache-cap", "", "a size"],
  ["mmap", "maybe", "on or off"],
  ["system-prompt", "a\0b", "text"],
  ["model", 5, "text"],
])("%s refuses %j, and says %s", (key, given, hint) => {
  try {
    parseValue(setting(key), given, "KVCHAT_X");
  } catch (error) {
    expect(error).toBeInstanceOf(KvchatError);
    const { message, hint: told, exitCode } = error as KvchatError;
    expect(message).toMatch(/^KVCHAT_X cannot be ".*"\.$/s);
    expect(`${message}${told}`).not.toMatch(/\n/);
    expect(told).toContain(hint);
    expect(exitCode).toBe(ExitCode.usage);
    return;
  }
  throw new Error("It was taken.");
});

describe("numbers", () => {
  test("are taken exactly within their range", () => {
    fc.assert(
      fc.property(fc.constantFrom(...numeric), fc.double({ noNaN: true, noDefaultInfinity: true }), (entry, value) => {
        const { kind } = entry as Setting;
        if (kind.type !== "integer" && kind.type !== "number") throw new Error("not numeric");
        const fits = value >= kind.min && value <= kind.max && (kind.type === "number" || Number.isInteger(value));
        const parse = () => parseValue(entry, String(value), "--x");
        if (fits) expect(parse()).toBeCloseTo(value, 10);
        else expect(parse).toThrow(KvchatError);
      }),
    );
  });

  test("come back from text as they are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (value) => {
        expect(parseValue(setting("ctx-size"), String(value), "--x")).toBe(value);
      }),
    );
  });
});

test("whatever is given is taken or refused in two lines", () => {
  fc.assert(
    fc.property(fc.constantFrom(...settings), fc.anything(), (entry, given) => {
      try {
        parseValue(entry, given, "--x");
      } catch (error) {
        if (!(error instanceof KvchatError)) throw error;
        expect(`${error.message}${error.hint}`).not.toMatch(/[\r\n]/);
      }
    }),
  );
});

test.each(samplingKeys.filter(({ name }) => name !== "seed"))("$name has the limits that /set knows", (key) => {
  const { kind } = setting(key.name);
  expect(kind).toMatchObject({ type: key.isInteger ? "integer" : "number", min: key.min, max: key.max });
});
