// Writes bun.lockb for the dependencies in package.json: `bun scripts/lock.ts`. The one way to change it, because it leaves
// out the registry's addresses.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyRegistryUrls } from "./lockfile-urls.ts";

const root = join(import.meta.dirname, "..");
const path = join(root, "bun.lockb");

const { status } = spawnSync(process.execPath, ["install"], { cwd: root, stdio: "inherit" });
const { lockfile, emptied } = emptyRegistryUrls(readFileSync(path));
writeFileSync(path, lockfile);
process.stderr.write(`bun.lockb: ${emptied} addresses left out\n`);
process.exitCode = status ?? 1;
