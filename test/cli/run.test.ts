import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { splitPositionals } from "../../src/cli/commands/run.ts";
import { ExitCode } from "../../src/session/errors.ts";
import { runCli, startCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

/** Greedy and short, on one thread: the same answer each time. */
const brief = ["-t", "1", "-n", "8", "--temp", "0", "-c", "1024"];

describe("positionals", () => {
  test.each([
    [{}, [], undefined, undefined],
    [{}, ["smollm2"], "smollm2", undefined],
    [{}, ["smollm2", "Why", "is it?"], "smollm2", "Why is it?"],
    [{ model: "m" }, ["Why", "is it?"], "m", "Why is it?"],
    [{ model: "m" }, [], "m", undefined],
    [{ prompt: "Hi" }, ["smollm2"], "smollm2", "Hi"],
    [{ prompt: "Hi" }, [], undefined, "Hi"],
    [{ model: "m", prompt: "Hi" }, [], "m", "Hi"],
    [{ prompt: "" }, [], undefined, ""],
  ])("with the flags %j, %j name the model %j and the prompt %j", (flags, words, model, prompt) => {
    expect(splitPositionals(flags as Record<string, string>, words as string[])).toEqual({ model, prompt });
  });

  test.each([
    [{ prompt: "Hi" }, ["smollm2", "Why?"], "given twice"],
    [{ model: "m", prompt: "Hi" }, ["Why?"], "given twice"],
    [{}, ["Why is the sky blue?"], "is no model"],
    [{}, [""], "is no model"],
  ])("with the flags %j, %j are refused: %s", (flags, words, message) => {
    expect(() => splitPositionals(flags as Record<string, string>, words as string[])).toThrow(message);
  });
});

describe("the prompt", () => {
  test("comes from an argument, and stdout holds the answer and one newline", async () => {
    const { code, stdout, stderr } = await runCli(["run", "smollm2", "Say", "hello.", ...brief]);
    expect({ code, stderr }).toEqual({ code: ExitCode.done, stderr: "" });
    expect(stdout).toMatch(/^\S.*\S\n$/s);
    expect(stdout).not.toMatch(/\n\n$/);
  });

  test("is the argument, a blank line and the piped text", async () => {
    const joined = await runCli(["run", "-m", "smollm2", "Repeat:", "--json", ...brief], { stdin: "two\nlines\n" });
    const whole = await runCli(["run", "-m", "smollm2", "-p", "Repeat:\n\ntwo\nlines", "--json", ...brief]);
    const shorter = await runCli(["run", "-m", "smollm2", "-p", "Repeat:", "--json", ...brief]);
    const [first, second, third] = [joined, whole, shorter].map(({ stdout }) => JSON.parse(stdout));
    expect([first.text, first.tokens]).toEqual([second.text, second.tokens]);
    expect(third.tokens.prompt).toBeLessThan(first.tokens.prompt);
  });

  test("is piped text alone", async () => {
    const { code, stdout } = await runCli(["run", ...brief], { stdin: "Say hello." });
    expect(code).toBe(ExitCode.done);
    expect(stdout.trim()).not.toBe("");
  });

  test.each([
    ["no stdin", undefined],
    ["an empty stdin", ""],
    ["blank lines", " \n\n"],
  ])("is missed with %s, before any work", async (_, stdin) => {
    const result = await runCli(["run", "smollm2"], { stdin, env: { KVCHAT_MODELS_DIR: "/nowhere" } });
    expect(result).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(result.stderr).toMatch(/^kvchat: There is no prompt.*\n.*\n$/);
  });

  test.each([
    ["NUL bytes", new Uint8Array([72, 105, 0, 1])],
    ["broken UTF-8", new Uint8Array([0x48, 0xff, 0xfe])],
  ])("cannot be made of %s", async (_, stdin) => {
    const result = await runCli(["run", "smollm2", "-p", "What is this?"], { stdin });
    expect(result).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(result.stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  test("may be given while a character is cut between two reads", async () => {
    const cli = startCli(["run", "smollm2", "--json", ...brief], { stdin: "Say: " });
    const euro = new TextEncoder().encode("€");
    await cli.write(euro.subarray(0, 2));
    await cli.write(euro.subarray(2));
    cli.endStdin();
    expect((await cli.result).code).toBe(ExitCode.done);
  });

  test("longer than the context is refused", async () => {
    const { code, stdout, stderr } = await runCli(["run", "smollm2", ...brief], { stdin: "word ".repeat(3000) });
    expect({ code, stdout }).toEqual({ code: ExitCode.outOfRoom, stdout: "" });
    expect(stderr).toMatch(/^kvchat: .*\d.*1024.*\n.*--ctx-size \d+.*\n$/);
  });
});

describe("settings", () => {
  test("of the environment and the config file hold, and flags go first", async () => {
    const config = tempFolder();
    writeFileSync(
      join(config, "config.json"),
      JSON.stringify({ seed: 11, "ctx-size": 512, kv: "q8_0/q4_0", threads: 1 }),
    );
    const env = { KVCHAT_CONFIG_DIR: config, KVCHAT_CTX_SIZE: "768", KVCHAT_N_PREDICT: "3" };
    const { stdout } = await runCli(["run", "-p", "Hi", "--json", "-n", "2"], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      seed: 11,
      stopReason: "length",
      tokens: { generated: 2 },
      kv: { typeK: "q8_0", typeV: "q4_0", contextSize: 768 },
    });
  });

  test("of a model hold for that model", async () => {
    const config = tempFolder();
    writeFileSync(join(config, "config.json"), JSON.stringify({ threads: 1, models: { smollm2: { "n-predict": 4 } } }));
    const { stdout } = await runCli(["run", "-m", "default", "Hi", "--json"], { env: { KVCHAT_CONFIG_DIR: config } });
    expect(JSON.parse(stdout).tokens.generated).toBeLessThanOrEqual(4);
  });

  test("a system prompt comes from a file, without its last line end", async () => {
    const file = join(tempFolder(), "system.txt");
    writeFileSync(file, "You are a pirate.\n");
    const fromFile = await runCli(["run", "-p", "Hi", "-sysf", file, "--json", ...brief]);
    const fromFlag = await runCli(["run", "-p", "Hi", "-sys", "You are a pirate.", "--json", ...brief]);
    const [one, other] = [fromFile, fromFlag].map(({ stdout }) => JSON.parse(stdout));
    expect([one.text, one.tokens]).toEqual([other.text, other.tokens]);
  });

  test.each([
    ["a missing file", "none.txt", "there is no such file"],
    ["a folder", "folder", "it is a folder"],
    ["a binary file", "binary", "NUL bytes"],
  ])("%s as a system prompt is refused", async (_, name, why) => {
    const root = tempFolder();
    mkdirSync(join(root, "folder"));
    writeFileSync(join(root, "binary"), new Uint8Array([1, 0, 2]));
    const { code, stdout, stderr } = await runCli(["run", "-p", "Hi", "--system-prompt-file", join(root, name)]);
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(why);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  test("the same seed gives the same text, another one another", async () => {
    const args = (seed: number) => [
      "run",
      "-p",
      "Tell a story.",
      "-t",
      "1",
      "-n",
      "24",
      "--temp",
      "1.5",
      "--json",
      "-s",
      `${seed}`,
    ];
    const [one, same, other] = [await runCli(args(5)), await runCli(args(5)), await runCli(args(6))];
    expect(JSON.parse(same.stdout).text).toBe(JSON.parse(one.stdout).text);
    expect(JSON.parse(other.stdout).text).not.toBe(JSON.parse(one.stdout).text);
  });
});

describe("--turns", () => {
  test("answers thirty turns of one conversation in order", async () => {
    const stdin = Array.from({ length: 30 }, (_, index) => `Turn ${index + 1}`).join("\r\n");
    const { code, stdout } = await runCli(["run", "smollm2", "--turns", "--jsonl", "-c", "512", ...brief.slice(0, 6)], {
      stdin,
    });
    expect(code).toBe(ExitCode.done);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const done = events.filter(({ type }) => type === "done");
    expect(done).toHaveLength(30);
    expect(done.slice(1).every(({ tokens }) => tokens.reused > 0)).toBe(true);
    expect(events.some(({ type }) => type === "evicted")).toBe(true);
  });

  test("answers a line before the next one is written", async () => {
    const cli = startCli(["run", "smollm2", "--turns", "--json", ...brief], { stdin: "Hello\n" });
    const answers = (count: number) => cli.waitForStdout((stdout) => stdout.split("\n").length > count);
    await answers(1);
    await cli.write("And ");
    await cli.write("you?\nBye");
    await answers(2);
    cli.endStdin();
    const { code, stdout } = await cli.result;
    expect(code).toBe(ExitCode.done);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).tokens.reused > 0),
    ).toEqual([false, true, true]);
  });

  test("takes JSON strings and messages with --jsonl", async () => {
    const stdin = '"Line one\\nline two"\n{"role":"system","content":"Be a pirate."}\n{"role":"user","content":"Hi"}\n';
    const { code, stdout } = await runCli(["run", "smollm2", "--turns", "--jsonl", ...brief], { stdin });
    expect(code).toBe(ExitCode.done);
    expect(stdout.match(/"type":"done"/g)).toHaveLength(2);
  });

  test("refuses a prompt beside it", async () => {
    const { code, stderr } = await runCli(["run", "smollm2", "Hi", "--turns"], { stdin: "x\n" });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("--turns reads the turns from stdin");
  });
});

test("where nothing can be kept, the chat goes on and says so", async () => {
  const file = join(tempFolder(), "file");
  writeFileSync(file, "");
  const env = { KVCHAT_DATA_DIR: join(file, "data") };
  const { code, stdout, stderr } = await runCli(["run", "-p", "Hi", ...brief], { env });
  expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 0, lines: 2 });
  expect(stderr).toMatch(/^kvchat: this chat is not kept: /);
  expect(stdout).toMatch(/\S\n$/);
  expect(await runCli(["run", "--session", "x", "-p", "Hi", ...brief], { env })).toMatchObject({ code: 1, stdout: "" });
});
