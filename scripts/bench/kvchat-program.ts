// kvchat as users start it: the binary where it is built, else the sources under Bun; in folders of its own, without settings.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Program } from "./program.ts";

const root = join(import.meta.dirname, "../..");
const binary = join(root, "dist", process.platform === "win32" ? "kvchat.exe" : "kvchat");

export interface KvchatProgram {
  /** What is measured, and what is wrong with it, for the head of the result. */
  readonly description: string;
  /** A folder that is removed when this process exits; what it keeps lies in `data` and `cache` there. */
  readonly folder: string;
  readonly data: string;
  readonly cache: string;
  with(...args: (string | number)[]): Program;
  /** The same program in a folder of its own: other sessions, another cache. */
  apart(name: string): KvchatProgram;
}

export function findKvchat(): KvchatProgram {
  const all = mkdtempSync(join(tmpdir(), "kvchat-bench-"));
  process.on("exit", () => rmSync(all, { recursive: true, force: true }));
  return programIn(join(all, "main"), all);
}

function programIn(folder: string, all: string): KvchatProgram {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("KVCHAT_"));
  const [data, cache] = [join(folder, "data"), join(folder, "cache")];
  const env = {
    ...Object.fromEntries(own),
    KVCHAT_CONFIG_DIR: join(folder, "config"),
    KVCHAT_DATA_DIR: data,
    KVCHAT_CACHE_DIR: cache,
    // Unpacked once for all of them.
    KVCHAT_NATIVE_DIR: join(all, "native"),
  };
  const isBuilt = existsSync(binary);
  const start = isBuilt ? [binary] : [process.execPath, join(root, "src/cli/main.ts")];
  return {
    description: isBuilt ? builtDescription() : "src/cli/main.ts under Bun, for want of dist/kvchat (npm run build)",
    folder,
    data,
    cache,
    with: (...args) => ({ command: [...start, ...args.map(String)], env }),
    apart: (name) => programIn(join(all, name), all),
  };
}

function builtDescription(): string {
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true });
  const newest = Math.max(
    ...sources.filter((file) => file.isFile()).map((file) => statSync(join(file.parentPath, file.name)).mtimeMs),
  );
  return newest > statSync(binary).mtimeMs ? "dist/kvchat, older than src (npm run build)" : "dist/kvchat";
}
