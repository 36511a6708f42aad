// `npm run check`: format and lint, types, dead code, and the direction of imports.
import { join } from "node:path";
import { runChild } from "./run-child.mjs";
import { node, root, scriptEnvironment, setUp } from "./setup.mjs";

const checks = {
  "format and lint": ["@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
  types: ["typescript/bin/tsc", "--noEmit"],
  "dead code": ["knip/bin/knip.js"],
  imports: ["vitest/vitest.mjs", "run", "test/layering.test.ts"],
};

await setUp();
const options = { cwd: root, env: scriptEnvironment() };
const failed = [];
for (const [name, [program, ...args]] of Object.entries(checks)) {
  process.stdout.write(`${name}:\n`);
  const code = await runChild(node, [join(root, "node_modules", program), ...args], options);
  if (code > 128) process.exit(code);
  if (code !== 0) failed.push(name);
}
process.stdout.write(failed.length > 0 ? `failed: ${failed.join(", ")}\n` : "all checks passed\n");
process.exitCode = failed.length > 0 ? 1 : 0;
