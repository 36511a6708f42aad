// `--reasoning` at the command line: said where it changes nothing, kept with the session, and another flag wins over that.
import { expect, test } from "vitest";
import { ExitCode } from "../../src/session/errors.ts";
import { cleanEnvironment, runCli } from "../helpers/run-cli.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const notice = "kvchat: the model's chat template has no switch for thinking, and does as ever\n";

test("it stays with the session, until it is given anew", async () => {
  const env = cleanEnvironment(tempFolder());
  const ask = async (...args: string[]) => {
    const { code, stderr } = await runCli(["run", "-p", "Hi", "-t", "1", "-n", "1", "-c", "256", ...args], { env });
    expect(code).toBe(ExitCode.done);
    return stderr;
  };
  expect(await ask("-m", "smollm2", "--session", "s", "-rea", "off")).toBe(notice);
  expect(await ask("--resume", "s")).toBe(notice);
  expect(await ask("--resume", "s", "--reasoning", "auto")).toBe("");
  expect(await ask("--resume", "s")).toBe("");
});

test("the environment sets it, and another value is refused", async () => {
  const { code, stderr } = await runCli(["run", "-p", "Hi"], { env: { KVCHAT_REASONING: "maybe" } });
  expect(code).toBe(ExitCode.usage);
  expect(stderr).toMatch(/^kvchat: KVCHAT_REASONING cannot be "maybe"\.\n.*on, off, auto\.\n$/);
});
