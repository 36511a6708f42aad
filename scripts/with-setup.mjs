// Runs a TypeScript script with Bun, after set-up: `node scripts/with-setup.mjs scripts/build.ts`.
import { runChild } from "./run-child.mjs";
import { bun, root, scriptEnvironment, setUp } from "./setup.mjs";

await setUp();
process.exitCode = await runChild(bun, process.argv.slice(2), { cwd: root, env: scriptEnvironment() });
