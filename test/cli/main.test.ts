import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/command-table.ts";
import { settings } from "../../src/cli/settings/schema.ts";
import { ExitCode } from "../../src/session/errors.ts";
import { bunPath, cleanEnvironment, mainPath, runCli, startCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const endless = [
  "run",
  "-p",
  "Count from one to a thousand, one number a line.",
  "-t",
  "1",
  "--temp",
  "0",
  "-c",
  "512",
];

describe("a stop", () => {
  test.each([
    ["SIGINT", ExitCode.interrupted],
    ["SIGTERM", ExitCode.terminated],
  ] as const)("by %s keeps the answer so far and exits %i", async (signal, code) => {
    const cli = startCli(endless);
    await cli.waitForStdout((stdout) => stdout.includes("\n"));
    cli.kill(signal);
    const result = await cli.result;
    expect(result).toMatchObject({ code, signal: null, stderr: "" });
    expect(result.stdout).toMatch(/\S\n$/);
  });

  test("tells in --json what was said", async () => {
    const cli = startCli([...endless, "--jsonl"]);
    await cli.waitForStdout((stdout) => stdout.includes('"type":"token"'));
    cli.kill("SIGINT");
    const { code, stdout } = await cli.result;
    expect(code).toBe(ExitCode.interrupted);
    const last = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(last).toMatchObject({ type: "done", stopReason: "interrupted" });
    expect(last.text).not.toBe("");
  });

  test("ends it while piped text still comes", async () => {
    const cli = startCli(["run", "smollm2", "Summarise:"], { stdin: "" });
    await cli.write("More than a pipe holds. ".repeat(200_000));
    cli.kill("SIGTERM");
    expect(await cli.result).toMatchObject({ code: ExitCode.terminated, stdout: "", stderr: "" });
  });

  test("ends it while it waits for the next turn", async () => {
    const cli = startCli(["run", "smollm2", "--turns", "-t", "1", "-n", "4"], { stdin: "Hi\n" });
    await cli.waitForStdout((stdout) => stdout.endsWith("\n"));
    cli.kill("SIGINT");
    expect(await cli.result).toMatchObject({ code: ExitCode.interrupted, stderr: "" });
  });
});

test("a reader that goes away ends it quietly", async () => {
  const cli = startCli(endless);
  await cli.waitForStdout((stdout) => stdout.includes("\n"));
  cli.closeStdout();
  expect(await cli.result).toMatchObject({ code: ExitCode.done, signal: null, stderr: "" });
});

test("a shell's `| head -1` prints one line, and nothing is left running", () => {
  const words = [bunPath, mainPath, ...endless].map((word) => `'${word}'`).join(" ");
  const { stdout, stderr } = spawnSync("bash", ["-c", `${words} | head -1; echo "\${PIPESTATUS[0]}" >&2`], {
    env: cleanEnvironment(tempFolder()),
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  expect(stdout.split("\n")).toHaveLength(2);
  expect(stderr).toBe("0\n");
});

test.runIf(process.platform === "linux")("a full disk is told", () => {
  const command = `'${bunPath}' '${mainPath}' run -p Hi -t 1 -n 4 > /dev/full; echo "$?"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", command], {
    env: cleanEnvironment(tempFolder()),
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  expect(stdout).toBe("1\n");
  expect(stderr).toContain("Cannot write to stdout: there is no space left.");
});

test("output larger than a pipe holds comes out whole", async () => {
  const config = tempFolder();
  const models = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`model-${index}`, { temp: 0.5 }]));
  writeFileSync(join(config, "config.json"), JSON.stringify({ models }));
  const { code, stdout } = await runCli(["config", "list", "--json"], { env: { KVCHAT_CONFIG_DIR: config } });
  expect(code).toBe(ExitCode.done);
  expect(stdout.length).toBeGreaterThan(200_000);
  expect(JSON.parse(stdout)).toHaveLength(2000 + settings.length);
});

describe("help", () => {
  test.each([[[]], [["--help"]], [["-h"]], [["help"]]])("%j shows the commands", async (args) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stderr }).toEqual({ code: ExitCode.done, stderr: "" });
    for (const { name, summary } of commands) {
      expect(stdout).toMatch(new RegExp(`kvchat ${name}\\b`));
      expect(stdout).toContain(summary);
    }
  });

  test.each([[["run", "--help"]], [["run", "smollm2", "-h"]], [["help", "run"]]])(
    "%j shows every flag",
    async (args) => {
      const { code, stdout } = await runCli(args);
      expect(code).toBe(ExitCode.done);
      for (const { key } of settings) expect(stdout).toMatch(new RegExp(`--${key}\\b`));
      for (const flag of ["-ngl", "-ctk", "-ctv", "-fa", "-sys", "-sysf"])
        expect(stdout).toMatch(new RegExp(` ${flag}\\b`));
      expect(stdout).not.toMatch(/--(ngl|ctk|ctv|fa|sys|sysf)\b/);
    },
  );

  test.each(["models", "config"])("%s --help shows its commands", async (name) => {
    const { code, stdout } = await runCli([name, "--help"]);
    expect(code).toBe(ExitCode.done);
    expect(stdout).toContain(`kvchat ${name} list`);
  });
});

test("--version tells what it is made of", async () => {
  const { code, stdout, stderr } = await runCli(["--version"]);
  expect({ code, stderr }).toEqual({ code: ExitCode.done, stderr: "" });
  expect(stdout).toMatch(/^kvchat .+\nnode-llama-cpp .+\nllama\.cpp .+\nbun .+\n$/i);
});

describe("wrong usage", () => {
  test.each([
    [["rum", "smollm2"], "run"],
    [["confg", "list"], "config"],
    [["smollm2", "Hi"], "kvchat run smollm2"],
    [["Why is the sky blue?"], "kvchat run -p"],
    [["--temp", "1"], "kvchat run --temp"],
    [["run", "-p", "Hi", "--tmep", "1"], "--temp"],
    [["run", "-p", "Hi", "--temp", "warm"], "from 0 to 100"],
    [["run", "-p", "Hi", "-c", "-5"], "from 0 to"],
    [["run", "-p", "Hi", "-ngl", "-5"], "from 0 to"],
    [["run", "-p", "Hi", "-ctk", "q8_1"], "q8_0"],
    [["run", "-p", "Hi", "--kv", "q8_0", "-ctv", "f16"], "one of them"],
    [["run", "-p", "Hi", "--json", "--jsonl"], "--json"],
    [["run", "Why is the sky blue?"], "-m default"],
    [["models", "lst"], "list"],
    [["models", "list", "--jsn"], "--json"],
    [["models", "path"], "kvchat models path <name>"],
    [["models"], "--help"],
    [["config", "sett", "temp", "1"], "set"],
    [["config", "set", "tmep", "1"], "temp"],
    [["config", "set", "temp", "hot"], "from 0 to 100"],
  ])("%j: two lines, exit code 2, the way out", async (args, hint) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toMatch(/^kvchat: [^\n]+\n[^\n]+\n$/);
    expect(stderr.split("\n")[1]).toContain(hint);
  });

  test("a wrong variable is named", async () => {
    const { code, stderr } = await runCli(["run", "-p", "Hi"], { env: { KVCHAT_TEMP: "abc" } });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(/^kvchat: KVCHAT_TEMP cannot be "abc"\./);
  });
});

describe("a model that cannot be used", () => {
  test.each([
    ["unknown", "smolm2", "smollm2"],
    ["a missing file", "./none.gguf", ""],
    ["a folder", "./folder", ""],
    ["an empty file", "./empty.gguf", ""],
    ["a text file", "./text.gguf", ""],
  ])("%s: two lines, exit code 3, no stack", async (_, name, hint) => {
    const cwd = tempFolder();
    mkdirSync(join(cwd, "folder"));
    writeFileSync(join(cwd, "empty.gguf"), "");
    writeFileSync(join(cwd, "text.gguf"), "This is no model.\n".repeat(100));
    const { code, stdout, stderr } = await runCli(["run", name, "Hi"], { cwd });
    expect({ code, stdout }).toEqual({ code: ExitCode.notFound, stdout: "" });
    expect(stderr).toMatch(/^kvchat: [^\n]+\n[^\n]+\n$/);
    expect(stderr).toContain(hint);
    const debug = await runCli(["run", name, "Hi", "--debug"], { cwd });
    expect(debug.stderr).toMatch(/\n\s+at /);
  });
});
