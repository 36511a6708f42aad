// The built binary in a pipe, in an empty folder, with next to nothing in the environment.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { binaryPath, greedy, runBinary } from "../helpers/binary.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const brief = [...greedy, "-n", "8", "-c", "512"];
const root = new URL("../../", import.meta.url);

test("--version names every part, without unpacking any", () => {
  const home = tempFolder();
  const { code, stdout, stderr } = runBinary(["--version"], { home });
  const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  const engine = JSON.parse(readFileSync(new URL("node_modules/node-llama-cpp/package.json", root), "utf8"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^kvchat \S+\nnode-llama-cpp \S+\nllama.cpp \S+\nbun \S+\n$/);
  expect(stdout).toContain(`kvchat ${version}\nnode-llama-cpp ${engine.version}\n`);
  expect(readdirSync(home)).toEqual([]);
});

describe("an answer", () => {
  test("is all that stdout gets, and one line feed", () => {
    const { code, stdout, stderr } = runBinary(["run", ...brief], { stdin: "Say hello." });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^\S.*\S\n$/s);
  });

  test("in JSON counts its tokens", () => {
    const { code, stdout, stderr } = runBinary(["run", "-p", "Say hello.", "--json", ...brief]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { tokens, kv, model, stopReason, text } = JSON.parse(stdout);
    expect({ model, stopReason, kv }).toMatchObject({
      model: "smollm2",
      stopReason: "length",
      kv: { typeK: "f16", contextSize: 512 },
    });
    expect(tokens).toMatchObject({ generated: 8, reused: 0, evicted: 0, evaluated: tokens.prompt });
    expect(`${text}\n`).toBe(runBinary(["run", "-p", "Say hello.", ...brief]).stdout);
  });

  test("comes without anything in the environment but the models", () => {
    const script = 'exec env -i KVCHAT_MODELS_DIR="$KVCHAT_MODELS_DIR" XDG_CACHE_HOME="$HOME" "$0" "$@"';
    expect(runBinary(["run", "-p", "Hi", ...brief], { script })).toMatchObject({ code: 0, stderr: "" });
  });
});

test("a wrong model is two lines and exit code 3", () => {
  const { code, stdout, stderr } = runBinary(["run", "smollm", "Hi"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toMatch(/^kvchat: There is no model named "smollm"\.\n[^\n]*smollm2[^\n]*\n$/);
});

test("nothing that lies in the current folder is read", () => {
  const cwd = tempFolder();
  const trap = 'require("fs").writeFileSync("sprung", ""); console.log("sprung")';
  const write = (name: string, content: string) => writeFileSync(join(cwd, name), content);
  write(".env", `KVCHAT_N_PREDICT=1\nKVCHAT_MODEL=none\nBUN_OPTIONS=--preload=./trap.js\n`);
  write(".env.production", "KVCHAT_N_PREDICT=1\n");
  write("bunfig.toml", 'preload = ["./trap.js"]\n[run]\npreload = ["./trap.js"]\n');
  write("trap.js", trap);
  write(
    "package.json",
    '{"name":"other","version":"9.9.9","type":"commonjs","main":"./trap.js","kvchat":{"n-predict":1}}',
  );
  write("tsconfig.json", '{"compilerOptions":{"paths":{"*":["./trap.js"]}}}');
  write("kvchat.json", '{"n-predict":1}');
  for (const name of ["yargs", "ink", "node-llama-cpp", "react"]) {
    mkdirSync(join(cwd, "node_modules", name), { recursive: true });
    write(`node_modules/${name}/index.js`, trap);
  }
  const before = readdirSync(cwd);
  const args = ["run", "-p", "Say hello.", ...brief];
  expect(runBinary(args, { cwd })).toEqual(runBinary(args));
  expect(runBinary(["--version"], { cwd }).stdout).toMatch(/^kvchat (?!9)/);
  expect(runBinary(["--help"], { cwd }).stdout).toBe(runBinary(["--help"]).stdout);
  expect(readdirSync(cwd)).toEqual(before);
});

test("it is one file: moved to a folder of its own it answers", () => {
  const script = 'cp "$0" ./moved && exec ./moved "$@"';
  expect(runBinary(["run", "-p", "Hi", ...brief], { script }).stdout).toBe(
    runBinary(["run", "-p", "Hi", ...brief]).stdout,
  );
  expect(binaryPath).toMatch(/kvchat$/);
});
