// Builds the binary once before the tests that run it, unless the one that is there is newer than all it is made of.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { binaryPath } from "./binary.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ingredients = ["src/**/*.{ts,tsx}", "scripts/build.ts", "scripts/build/*.ts", "package.json", "bun.lockb"];

export default function setup(): void {
  const begun = new Date();
  if (existsSync(binaryPath) && statSync(binaryPath).mtimeMs > newestMs()) return;
  mkdirSync(dirname(binaryPath), { recursive: true });
  execFileSync(join(root, "node_modules/.bin/bun"), ["scripts/build.ts", "--outfile", binaryPath], { cwd: root });
  // A source that is saved during the build is newer than the binary, too.
  utimesSync(binaryPath, begun, begun);
}

function newestMs(): number {
  return Math.max(...globSync(ingredients, { cwd: root }).map((path) => statSync(join(root, path)).mtimeMs));
}
