// What a run is asked: files that the prompt names, a prompt from a file, piped text that stays as it is, and one answer at a
// terminal.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { promptOrFile } from "../../src/cli/pipe/prompt.ts";
import { ExitCode } from "../../src/session/errors.ts";
import { cleanEnvironment, mainPath, runCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";
import { bun, TerminalSession } from "../helpers/terminal.ts";

const brief = ["-t", "1", "-n", "4", "--temp", "0", "-c", "512", "--no-save", "--json"];
const ask = async (args: readonly string[], options: Parameters<typeof runCli>[1] = {}) => {
  const { code, stdout, stderr } = await runCli(["run", "-m", "smollm2", ...args, ...brief], options);
  const { text, tokens } = stdout === "" ? { text: undefined, tokens: undefined } : JSON.parse(stdout);
  return { code, stderr, text, prompt: tokens?.prompt as number | undefined };
};

function folder(): string {
  const cwd = tempFolder();
  writeFileSync(join(cwd, "a.txt"), "The cat is called Mia.\n");
  writeFileSync(join(cwd, "b.bin"), new Uint8Array([1, 0, 2]));
  mkdirSync(join(cwd, "sub"));
  return cwd;
}

test("a file that the prompt names is attached as in the chat, and piped text names none", async () => {
  const cwd = folder();
  const block = "File a.txt:\n```\nThe cat is called Mia.\n```\n\n";
  const named = await ask(["-p", "Sum up @a.txt"], { cwd });
  expect(named).toMatchObject({ code: 0, stderr: "kvchat: attached a.txt (23 B)\n" });
  const written = await ask([], { cwd, stdin: `${block}Sum up @a.txt` });
  expect(written).toMatchObject({ code: 0, stderr: "", text: named.text, prompt: named.prompt });
  const joined = await ask(["Sum", "up", "@a.txt", "--quiet"], { cwd, stdin: "@a.txt" });
  const both = await ask([], { cwd, stdin: `${block}Sum up @a.txt\n\n@a.txt` });
  expect(joined).toEqual(both);
});

test("what is no file stays text, and what cannot be attached is refused before any work", async () => {
  const cwd = folder();
  const missing = await ask(["-p", "Mail @gone.txt to me@here.org, @you"], { cwd });
  expect(missing).toMatchObject({ code: 0, stderr: "kvchat: gone.txt: there is no such file; it stays text\n" });
  const env = { KVCHAT_MODELS_DIR: "/nowhere" };
  expect(await ask(["-p", "Sum up @b.bin"], { cwd, env })).toMatchObject({
    code: ExitCode.usage,
    stderr: expect.stringMatching(/^kvchat: b\.bin cannot be attached: it is binary.*\.\nTake it out .*\n$/),
  });
});

test("a prompt comes from a file, without its last line end, as if it were written there", async () => {
  const cwd = folder();
  const given = await ask(["-p", "The cat is called Mia."], { cwd });
  for (const args of [["-f", "a.txt"], ["--file=a.txt"]]) expect(await ask(args, { cwd })).toEqual(given);
});

test.each([
  ["gone.txt", "there is no such file"],
  ["sub", "it is a folder"],
  ["b.bin", "NUL bytes"],
])("a prompt from %s is refused in two lines: %s", async (file, why) => {
  const { code, stderr } = await ask(["-f", file], { cwd: folder(), env: { KVCHAT_MODELS_DIR: "/nowhere" } });
  expect({ code, lines: stderr.trimEnd().split("\n").length }).toEqual({ code: ExitCode.usage, lines: 2 });
  expect(stderr).toContain(why);
});

test("a file beside a prompt is refused", () => {
  expect(() => promptOrFile("Hi", "a.txt")).toThrow("The prompt is given twice");
  expect(promptOrFile("Hi", undefined)).toBe("Hi");
});

function atTerminal(...args: string[]) {
  const env = { ...cleanEnvironment(tempFolder()), NODE_ENV: "production" };
  return new TerminalSession({ file: bun, args: [mainPath, "run", ...args], env, inherits: false, cwd: folder() });
}

const plain = ["-t", "1", "-n", "4", "--temp", "0", "-c", "512", "--no-save"];

test.each(["-st", "--single-turn"])("%s answers the prompt at a terminal, and exits", async (flag) => {
  const piped = await runCli(["run", "smollm2", "Say", "hello.", ...plain]);
  using terminal = atTerminal("smollm2", "Say", "hello.", flag, ...plain);
  expect((await terminal.exit).exitCode).toBe(ExitCode.done);
  expect(terminal.text().trim()).toBe(piped.stdout.trim());
});

test("--single-turn needs a prompt, and is at odds with --turns", async () => {
  using terminal = atTerminal("-m", "smollm2", "-st");
  expect((await terminal.exit).exitCode).toBe(ExitCode.usage);
  expect(terminal.text()).toContain("There is no prompt");
  const { code, stderr } = await runCli(["run", "-st", "--turns"], { stdin: "x\n" });
  expect({ code, stderr }).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining("contradict") });
});
