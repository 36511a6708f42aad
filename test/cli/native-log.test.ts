// What of llama.cpp's log people see: nothing, what is grave, or all of it.
import { expect, test } from "vitest";
import { nativeLog } from "../../src/cli/native-log.ts";
import { runCli } from "../helpers/run-cli.ts";

test.each([
  [{ verbose: false, debug: false }, []],
  [{ verbose: true, debug: false }, ["fatal: a", "error: b", "warn: c"]],
  [{ verbose: true, debug: true }, ["fatal: a", "error: b", "warn: c", "info: d", "log: e", "debug: f"]],
])("%j", (output, lines) => {
  const told: string[] = [];
  const log = nativeLog(output, (line) => told.push(line));
  const levels = { fatal: "a\n", error: "b", warn: "c ", info: "d", log: "e", debug: "f\n\n" };
  for (const [level, message] of Object.entries(levels)) log?.(level, message);
  expect(told).toEqual(lines);
});

const brief = ["run", "smollm2", "-p", "Hi", "-t", "1", "-n", "1", "-c", "256", "--no-save"];

test("--verbose tells the figures of an answer in one line, --debug all that the engine logs besides", async () => {
  const verbose = await runCli([...brief, "--verbose"]);
  expect(verbose.stderr).toMatch(
    /^kvchat: loaded in \d.* · prompt \d+ tokens .* · answer 1 tokens .* · cache f16\/f16, 256 tokens\n$/,
  );
  const { stderr } = await runCli([...brief, "--debug"]);
  expect(stderr).toMatch(/^debug: .*\n(.*\n)*kvchat: loaded in /m);
});
