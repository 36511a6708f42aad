// `kvchat doctor` on this machine: what it tells, and what it finds wrong.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DoctorReport } from "../../src/cli/doctor/examine.ts";
import { folderFacts } from "../../src/cli/doctor/folder-facts.ts";
import { ExitCode } from "../../src/session/errors.ts";
import { runCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

async function examined(env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await runCli(["doctor", "--json"], { env });
  expect(stderr).toBe("");
  return { code, report: JSON.parse(stdout) as DoctorReport };
}

describe("doctor", () => {
  test("tells versions, machine, folders and the default model", async () => {
    const { report } = await examined();
    expect(report.versions.llamaCpp).not.toBe("");
    expect(report.machine?.backends.some(({ name, available }) => name === "CPU" && available)).toBe(true);
    expect(report.machine?.ramFreeBytes).toBeGreaterThan(0);
    expect(report.machine?.ramFreeBytes).toBeLessThanOrEqual(report.machine?.ramTotalBytes ?? 0);
    expect(report.folders.map(({ name }) => name)).toEqual(["config", "data", "cache", "models"]);
    expect(report.defaultModel?.name).toBe("smollm2");
    expect(report.defaultModel?.path).toMatch(/\.gguf$/);
  });

  test("tells what caches take, and their cap", async () => {
    const root = tempFolder();
    mkdirSync(join(root, "kv", "block"), { recursive: true });
    writeFileSync(join(root, "kv", "block", "file"), "12345");
    const env = { KVCHAT_CACHE_DIR: root, KVCHAT_CACHE_CAP: "2 GiB" };
    expect((await examined(env)).report.kv).toEqual({ path: join(root, "kv"), bytes: 5, capBytes: 2 ** 31 });
    expect((await runCli(["doctor"], { env })).stdout).toMatch(/^kv +.*kv: 5 B of at most 2 GiB$/m);
    expect((await examined({ KVCHAT_CACHE_DIR: root })).report.kv.capBytes).toBe(10 * 2 ** 30);
  });

  test("is for people without --json: no colours in a pipe", async () => {
    const { stdout } = await runCli(["doctor"]);
    expect(stdout).toMatch(/^kvchat +\d/);
    for (const word of ["engine", "backend", "memory", "processor", "models"]) expect(stdout).toContain(`\n${word} `);
    expect(stdout).not.toContain("\u001b");
  });

  test("finds a mistyped variable, a broken config file and a folder that cannot be made", async () => {
    const root = tempFolder();
    writeFileSync(join(root, "config.json"), "{ no json");
    writeFileSync(join(root, "file"), "");
    const env = { KVCHAT_CTXSIZE: "512", KVCHAT_CONFIG_DIR: root, KVCHAT_CACHE_DIR: join(root, "file", "cache") };
    const { code, report } = await examined(env);
    expect(code).toBe(ExitCode.failed);
    const told = report.problems.map(({ message, hint }) => `${message} ${hint}`).join("\n");
    expect(told).toMatch(/KVCHAT_CTXSIZE.*nearest is KVCHAT_CTX_SIZE/);
    expect(told).toMatch(/config\.json.*valid JSON/);
    expect(told).toMatch(/cache folder.*cannot be written to.*KVCHAT_CACHE_DIR/);
    expect(report.defaultModel).toBeNull();
  });
});

describe("folder facts", () => {
  test("count what lies below, and a folder yet to be made by where it would be", () => {
    const root = tempFolder();
    mkdirSync(join(root, "a", "b"), { recursive: true });
    writeFileSync(join(root, "a", "b", "file"), "12345");
    expect(folderFacts("data", join(root, "a"))).toMatchObject({ bytes: 5, isWritable: true });
    expect(folderFacts("data", join(root, "new", "folder"))).toMatchObject({ bytes: 0, isWritable: true });
    expect(folderFacts("data", join(root, "a", "b", "file", "below")).isWritable).toBe(false);
  });
});
