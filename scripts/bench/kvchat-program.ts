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
  with(...args: string[]): Program;
}

/** Its folders are removed when this process exits. */
export function findKvchat(): KvchatProgram {
  const folder = mkdtempSync(join(tmpdir(), "kvchat-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("KVCHAT_"));
  const env = {
    ...Object.fromEntries(own),
    KVCHAT_CONFIG_DIR: join(folder, "config"),
    KVCHAT_DATA_DIR: join(folder, "data"),
    KVCHAT_CACHE_DIR: join(folder, "cache"),
  };
  const isBuilt = existsSync(binary);
  const start = isBuilt ? [binary] : [process.execPath, join(root, "src/cli/main.ts")];
  return {
    description: isBuilt ? builtDescription() : "src/cli/main.ts under Bun, for want of dist/kvchat (npm run build)",
    with: (...args) => ({ command: [...start, ...args], env }),
  };
}

function builtDescription(): string {
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true });
  const newest = Math.max(
    ...sources.filter((file) => file.isFile()).map((file) => statSync(join(file.parentPath, file.name)).mtimeMs),
  );
  return newest > statSync(binary).mtimeMs ? "dist/kvchat, older than src (npm run build)" : "dist/kvchat";
}
