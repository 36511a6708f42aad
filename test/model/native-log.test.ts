// What llama.cpp logs is told to whoever asked for it, and printed by nobody, also when a model is opened once more.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { smollm2Path } from "../helpers/models.ts";
import { bunPath } from "../helpers/run-cli.ts";

const program = join(import.meta.dirname, "../helpers/open-twice-child.ts");

test("the log of a second model is told as the first one's is", async () => {
  const { stdout, stderr } = await promisify(execFile)(bunPath, [program, await smollm2Path()], {
    maxBuffer: 64 << 20,
  });
  expect(stderr).toBe("");
  const [first, second] = JSON.parse(stdout);
  expect(first).toBeGreaterThan(100);
  expect(second).toBeGreaterThan(100);
});
