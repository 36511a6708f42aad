import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFlags } from "../../../src/cli/settings/read-flags.ts";
import { knownFlags } from "../../../src/cli/settings/run-flags.ts";
import { ExitCode, KvchatError } from "../../../src/session/errors.ts";

const read = (...args: string[]) => readFlags(args, knownFlags);

function errorOf(action: () => unknown): KvchatError {
  try {
    action();
  } catch (error) {
    if (error instanceof KvchatError) return error;
    throw error;
  }
  throw new Error("It did not throw.");
}

test.each([
  [["-c", "512"], { "ctx-size": "512" }],
  [["-c512"], { "ctx-size": "512" }],
  [["-c=512"], { "ctx-size": "512" }],
  [["--ctx-size=512"], { "ctx-size": "512" }],
  [["--ctx-size", "512"], { "ctx-size": "512" }],
  [["-ngl", "0"], { "gpu-layers": "0" }],
  [["-ngl99"], { "gpu-layers": "99" }],
  [["-ngl=all"], { "gpu-layers": "all" }],
  [["--n-gpu-layers", "3"], { "gpu-layers": "3" }],
  [["-ctk", "q8_0", "-ctv", "q4_0"], { "cache-type-k": "q8_0", "cache-type-v": "q4_0" }],
  [["-fa", "on"], { "flash-attn": "on" }],
  [["-sys", "Be brief."], { "system-prompt": "Be brief." }],
  [["-sysf", "a.txt"], { "system-prompt-file": "a.txt" }],
  [["-n", "-1", "--seed", "-1", "-s-1"], { "n-predict": "-1", seed: "-1" }],
  [["-n=-1"], { "n-predict": "-1" }],
  [["--predict", "7"], { "n-predict": "7" }],
  [["--temperature", "0"], { temp: "0" }],
  [["--swa-full"], { "swa-full": "true" }],
  [["--no-mmap"], { mmap: "false" }],
  [["--no-mmap", "--mmap"], { mmap: "true" }],
  [["--mmap=OFF", "--json=1", "--turns=no"], { mmap: "false", json: "true", turns: "false" }],
  [["--temp", "1", "--temp", "2", "--temp=3"], { temp: "3" }],
  [["-p", "--- not a flag"], { prompt: "--- not a flag" }],
  [["-p", "-x"], { prompt: "-x" }],
  [["-p", ""], { prompt: "" }],
  [["--system-prompt=two\nlines = 2"], { "system-prompt": "two\nlines = 2" }],
  [["-p", '"quoted"'], { prompt: '"quoted"' }],
  [["--jsonl", "--turns"], { jsonl: "true", turns: "true" }],
])("%j gives %j", (args, flags) => {
  expect(read(...args)).toEqual({ flags, positionals: [] });
});

describe("what is a flag and what is text", () => {
  test.each([
    ["- one"],
    ["-5"],
    ["-"],
    ["-1.5e3 degrees?"],
    ["--"],
    ["-- dashes"],
    ["-c is a flag, is it not"],
    [""],
    ["–c"],
  ])("after -- %j is text", (word) => {
    expect(read("--", word, "-c", "--json").positionals).toEqual([word, "-c", "--json"]);
  });

  test.each([["- one"], ["-5"], ["-"], ["-1.5e3 degrees?"], [""], ["–c"]])("%j is text anywhere", (word) => {
    expect(read("smollm2", word, "--json")).toEqual({ flags: { json: "true" }, positionals: ["smollm2", word] });
  });

  test("any words after -- come out as they went in", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(read("-t", "1", "--", ...words)).toEqual({ flags: { threads: "1" }, positionals: words });
      }),
    );
  });

  test("any value of a flag comes out as it went in", () => {
    const names = new Set(knownFlags.flatMap((flag) => flag.names));
    const value = fc.string().filter((text) => text !== "--" && !names.has(text.split("=")[0] ?? ""));
    fc.assert(
      fc.property(value, (text) => {
        expect(read("-p", text).flags.prompt).toBe(text);
        expect(read(`--prompt=${text}`).flags.prompt).toBe(text);
        expect(read(`-p=${text}`).flags.prompt).toBe(text);
      }),
    );
  });
});

test.each([
  [["--tmep", "1"], "--tmep", "--temp"],
  [["--ctx_size", "1"], "--ctx_size", "--ctx-size"],
  [["--ctxsize=1"], "--ctxsize", "--ctx-size"],
  [["-nlg", "1"], "-nlg", "-ngl"],
  [["--no-map"], "--no-map", "--no-mmap"],
  [["--system-promt", "x"], "--system-promt", "--system-prompt"],
])("%j is refused, the nearest named", (args, given, nearest) => {
  const error = errorOf(() => read(...args));
  expect(error.exitCode).toBe(ExitCode.usage);
  expect(error.message).toContain(given);
  expect(error.hint).toContain(`The nearest is ${nearest}`);
});

test.each(["-i", "-v", "-e", "-j", "--format", "--keepalive", "--no-temp", "--max-tokens"])(
  "%s is near to none",
  (flag) => {
    const { message, hint } = errorOf(() => read(flag, "x"));
    expect(message).toBe(`There is no flag "${flag}".`);
    expect(hint).toBe('"kvchat run --help" shows all. Text that begins with a dash goes after --');
  },
);

test.each([[["-c"]], [["--temp", "--json"]], [["-p", "--"]], [["--model", "-t", "1"]]])("%j lacks a value", (args) => {
  const error = errorOf(() => read(...args));
  expect(error.exitCode).toBe(ExitCode.usage);
  expect(error.message).toBe(`${args[0]} needs a value.`);
});

test.each([
  ["--json=maybe", '--json cannot be "maybe".', "It takes on or off."],
  ["--quiet=", '--quiet cannot be "".', "It takes on or off."],
  ["--no-mmap=false", "--no-mmap takes no value.", "Write --no-mmap alone, or --mmap=on or --mmap=off."],
])("%s is refused", (arg, message, hint) => {
  expect(errorOf(() => read(arg))).toMatchObject({ message, hint, exitCode: ExitCode.usage });
});

test("no two flags share a name", () => {
  const names = knownFlags.flatMap((flag) => flag.names);
  expect(names).toEqual([...new Set(names)]);
});
