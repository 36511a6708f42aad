// `npm test`: sets up, fetches the models that tests run on, and runs all tests, or those named by arguments.
import { join } from "node:path";
import { runChild } from "./run-child.mjs";
import { bun, node, root, scriptEnvironment, setUp } from "./setup.mjs";

await setUp();
const options = { cwd: root, env: scriptEnvironment() };
const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2)];
process.exitCode =
  (await runChild(bun, ["scripts/fetch-models.ts"], options)) || (await runChild(node, vitest, options));
