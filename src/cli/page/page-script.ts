// The script that draws the plots of a page, as `#page-script`. This is the version for development, bundled when it is asked
// for; the build puts the bundle itself into the binary (scripts/build/page-script.ts).
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export function pageScript(): string {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const args = ["scripts/build/page-script.ts"];
  return execFileSync("node_modules/bun/bin/bun.exe", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 24 });
}
