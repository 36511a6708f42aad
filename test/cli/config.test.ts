import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ExitCode } from "../../src/session/errors.ts";
import { runCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

/** `kvchat config` on a config folder of its own. */
function configIn(folder: string, env: NodeJS.ProcessEnv = {}) {
  return (...args: string[]) => runCli(["config", ...args], { env: { KVCHAT_CONFIG_DIR: folder, ...env } });
}

const fileIn = (folder: string) => join(folder, "config.json");
const read = (folder: string) => JSON.parse(readFileSync(fileIn(folder), "utf8"));

test("set, get and unset a value", async () => {
  const folder = tempFolder();
  const config = configIn(folder);
  expect(await config("get", "ctx-size")).toMatchObject({ code: 0, stdout: expect.stringContaining("8192") });
  expect(await config("set", "ctx-size", "2048")).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
  expect((await config("get", "ctx-size")).stdout).toBe("2048\n");
  expect(read(folder)).toEqual({ "ctx-size": 2048 });
  expect((await config("unset", "ctx-size")).code).toBe(0);
  expect(read(folder)).toEqual({});
  expect((await config("unset", "ctx-size")).stderr).toBe("ctx-size was not set.\n");
});

test.each([
  [["seed", "-1"], { seed: -1 }],
  [["temp", "0.5"], { temp: 0.5 }],
  [["mmap", "off"], { mmap: false }],
  [["kv", "q8_0/q4_0"], { kv: "q8_0/q4_0" }],
  [["gpu-layers", "auto"], { "gpu-layers": "auto" }],
  [["system-prompt", "You", "are", "007."], { "system-prompt": "You are 007." }],
  [["system-prompt", "--", "-dash-"], { "system-prompt": "-dash-" }],
  [["model", "gemma3-270m"], { model: "gemma3-270m" }],
  [["model", "hf:someone/something:Q4_K_M"], { model: "hf:someone/something:Q4_K_M" }],
  [["profiles.fast.temp", "0"], { profiles: { fast: { temp: 0 } } }],
  [["profiles.my.own.temp", "0"], { profiles: { "my.own": { temp: 0 } } }],
  [["models.qwen2.5-0.5b.keep", "4"], { models: { "qwen2.5-0.5b": { keep: 4 } } }],
  [["models./m/a.v1.gguf.kv", "f16"], { models: { "/m/a.v1.gguf": { kv: "f16" } } }],
  [["models.hf:a/b-v1.5.temp", "1"], { models: { "hf:a/b-v1.5": { temp: 1 } } }],
])("set %j writes %j, and get reads it back", async ([key, ...words], stored) => {
  const folder = tempFolder();
  const config = configIn(folder);
  expect(await config("set", key as string, ...words)).toMatchObject({ code: 0, stderr: "" });
  expect(read(folder)).toEqual(stored);
  expect((await config("get", key as string)).code).toBe(0);
  expect((await config("unset", key as string)).code).toBe(0);
  expect(read(folder)).toEqual({});
});

test("paths are kept absolute", async () => {
  const folder = tempFolder();
  const cwd = tempFolder();
  const env = { KVCHAT_CONFIG_DIR: folder };
  await runCli(["config", "set", "system-prompt-file", "a.txt"], { env, cwd });
  await runCli(["config", "set", "model", "./a.gguf"], { env, cwd });
  await runCli(["config", "set", "models../a.gguf.temp", "1"], { env, cwd });
  expect(read(folder)).toEqual({
    "system-prompt-file": join(cwd, "a.txt"),
    model: join(cwd, "a.gguf"),
    models: { [join(cwd, "a.gguf")]: { temp: 1 } },
  });
});

describe("what is wrong is refused, and the file stays as it was", () => {
  test.each([
    [["set", "ctx-sise", "5"], "ctx-size"],
    [["set", "CTX_SIZE", "5"], "ctx-size"],
    [["set", "profiles.fast.tmep", "5"], "profiles.fast.temp"],
    [["set", "profiles.fast.profile", "x"], "profiles.fast."],
    [["set", "models.smollm2.model", "x"], "models.smollm2."],
    [["set", "profiles.temp", "5"], "profiles.NAME.KEY"],
    [["set", "ctx-size", "many"], "from 0 to"],
    [["set", "window", "truns"], "turns"],
    [["set", "model", "smolm2"], "smollm2"],
    [["set", "profile", "fast"], "kvchat config set profiles.fast.KEY"],
    [["set", "cache-type-v", "q4_0"], "one of them"],
    [["set", "seed"], "VALUE"],
    [["get", "tmep"], "temp"],
    [["unset", "tmep"], "temp"],
  ])("%j", async (args, hint) => {
    const folder = tempFolder();
    writeFileSync(fileIn(folder), '{"kv":"q8_0"}');
    const { code, stdout, stderr } = await configIn(folder)(...args);
    expect(code).toBeGreaterThanOrEqual(ExitCode.usage);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^kvchat: [^\n]+\n[^\n]+\n$/);
    expect(stderr.split("\n")[1]).toContain(hint);
    expect(readFileSync(fileIn(folder), "utf8")).toBe('{"kv":"q8_0"}');
  });

  test.each([
    ["{", "no valid JSON"],
    ["[]", "it is no object"],
    ['{"profiles":{"fast":3}}', '"profiles.fast" is no object'],
    ['{"temp":"hot"}', 'cannot be "hot"'],
    ['{"tmep":1}', "tmep"],
  ])("a file that holds %s", async (text, why) => {
    const folder = tempFolder();
    writeFileSync(fileIn(folder), text);
    for (const args of [
      ["config", "list"],
      ["config", "set", "seed", "1"],
      ["run", "-p", "Hi"],
    ]) {
      const { code, stderr } = await runCli(args, { env: { KVCHAT_CONFIG_DIR: folder } });
      expect(code).toBe(ExitCode.usage);
      expect(stderr).toMatch(/^kvchat: [^\n]+\n[^\n]+\n$/);
      expect(stderr).toContain(why);
      expect(stderr).toContain("config.json");
    }
    expect(readFileSync(fileIn(folder), "utf8")).toBe(text);
  });

  test("what is no file is not read", async () => {
    const folder = tempFolder();
    symlinkSync("/dev/tty", fileIn(folder));
    expect((await configIn(folder)("list")).stderr).toContain("it is no regular file");
    rmSync(fileIn(folder));
    mkdirSync(fileIn(folder));
    expect(await configIn(folder)("list")).toMatchObject({
      code: ExitCode.usage,
      stderr: expect.stringContaining("it is a folder"),
    });
  });

  test("a wrong value can be taken out", async () => {
    const folder = tempFolder();
    writeFileSync(fileIn(folder), '{"temp":"hot","seed":1}');
    expect((await configIn(folder)("unset", "temp")).code).toBe(0);
    expect(read(folder)).toEqual({ seed: 1 });
  });

  test("a folder that cannot be written to", async () => {
    const blocked = join(tempFolder(), "file");
    mkdirSync(fileIn(blocked), { recursive: true });
    const { code, stderr } = await configIn(blocked)("set", "seed", "1");
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^kvchat: Cannot [^\n]+config\.json[^\n]+\n[^\n]+\n$/);
  });
});

test("the file and its folder are the user's alone", async () => {
  const folder = join(tempFolder(), "new", "kvchat");
  await configIn(folder)("set", "seed", "1");
  expect([folder, fileIn(folder)].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(["700", "600"]);
});

test("path prints where the file is, and XDG_CONFIG_HOME moves it", async () => {
  const folder = tempFolder();
  expect((await configIn(folder)("path")).stdout).toBe(`${fileIn(folder)}\n`);
  const { stdout } = await runCli(["config", "path"], { env: { XDG_CONFIG_HOME: folder } });
  if (process.platform === "linux") expect(stdout).toBe(`${join(folder, "kvchat", "config.json")}\n`);
  expect(existsSync(fileIn(folder))).toBe(false);
});

describe("list", () => {
  test("tells where each value comes from", async () => {
    const folder = tempFolder();
    const file = {
      profile: "p",
      "top-k": 3,
      kv: "q8_0",
      profiles: { p: { temp: 0.1 } },
      models: { smollm2: { keep: 2 } },
    };
    writeFileSync(fileIn(folder), JSON.stringify(file));
    const config = configIn(folder, { KVCHAT_SEED: "9", KVCHAT_TOP_K: "4" });
    const { stdout } = await config("list", "--json");
    const listed = Object.fromEntries(
      JSON.parse(stdout).map(({ key, value, source, setBy }: Record<string, unknown>) => [key, [value, source, setBy]]),
    );
    expect(listed).toMatchObject({
      seed: [9, "environment", "KVCHAT_SEED"],
      "top-k": [4, "environment", "KVCHAT_TOP_K"],
      temp: [0.1, "profile", "profiles.p.temp"],
      profile: ["p", "config", "profile"],
      kv: ["q8_0", "config", "kv"],
      "cache-type-v": ["q8_0", "config", "kv"],
      "min-p": [null, "default", null],
      "profiles.p.temp": [0.1, "config", "profiles.p.temp"],
      "models.smollm2.keep": [2, "config", "models.smollm2.keep"],
    });
    const table = (await config("list")).stdout;
    expect(table).toMatch(/^SETTING +VALUE +FROM\n/);
    expect(table).toMatch(/^seed +9 +environment: KVCHAT_SEED$/m);
    expect(table).toMatch(/^min-p +.*0\.05 +default$/m);
  });

  test("shows another profile with --profile", async () => {
    const folder = tempFolder();
    writeFileSync(fileIn(folder), JSON.stringify({ temp: 1, profiles: { cold: { temp: 0 } } }));
    const config = configIn(folder);
    expect((await config("get", "temp")).stdout).toBe("1\n");
    expect((await config("get", "temp", "--profile", "cold")).stdout).toBe("0\n");
    expect((await config("list", "--profile", "cold")).stdout).toMatch(/^temp +0 +profile: profiles\.cold\.temp$/m);
  });
});
