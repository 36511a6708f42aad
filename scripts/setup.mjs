// Installs the packages of bun.lockb, with nothing but Node and npm at hand. Does nothing where they are installed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fetchCudaPrebuild } from "./cuda-prebuild.mjs";
import { runChild } from "./run-child.mjs";

export const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const modules = join(root, "node_modules");
const donePath = join(modules, ".set-up");
const startedPath = join(modules, ".set-up-started");

/** Bun and Node of the versions that package.json names. */
export const bun = join(modules, "bun", "bin", "bun.exe");
export const node = join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");

/** What scripts see: this project's programs before those of the machine. */
export function scriptEnvironment() {
  return { ...process.env, PATH: `${join(modules, ".bin")}${delimiter}${process.env.PATH}` };
}

/** Ends the process where the packages cannot be installed. */
export async function setUp() {
  const wanted = fingerprint();
  if (read(donePath) === wanted && existsSync(bun) && existsSync(node)) return;
  const code = await install();
  if (code !== 0) {
    process.stderr.write(
      code > 128
        ? "Set-up was stopped; the same command starts it again.\n"
        : "The packages could not be installed.\nCheck the connection to the npm registry, and run the same command again.\n",
    );
    process.exit(code);
  }
  await fetchCudaPrebuild(modules);
  rmSync(startedPath);
  writeFileSync(donePath, wanted);
}

async function install() {
  // What a stopped install left may be half a package; Bun's cache has the whole ones.
  if (existsSync(startedPath)) rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  rmSync(donePath, { force: true });
  writeFileSync(startedPath, "");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  process.stderr.write(`Installing the packages of kvchat ${version}: once, about 800 MB on the disk ..\n`);
  const [command, ...args] = installer();
  const shell = process.platform === "win32";
  // stdout belongs to the answer.
  return runChild(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell });
}

function installer() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return [
    "npx",
    "--yes",
    "--loglevel=error",
    `bun@${devDependencies.bun}`,
    "install",
    "--frozen-lockfile",
    "--no-summary",
  ];
}

function fingerprint() {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  for (const name of ["bun.lockb", "package.json"]) hash.update(readFileSync(join(root, name)));
  return hash.digest("hex");
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
