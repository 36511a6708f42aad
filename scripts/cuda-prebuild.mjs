// Fetches llama.cpp for CUDA where there is an NVIDIA driver. It is no part of the install because it is of use there alone,
// and many times the size of everything else.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runChild } from "./run-child.mjs";

/** From the registry's record of this very version of node-llama-cpp. */
const pinned = {
  version: "3.22.1",
  packages: {
    "linux-x64-cuda": "sha512-8rQCjyNNLZJUFit+YpjwlC4hwkKgOMIkB2wuycKBf8NU2O3ySKbiWZQ8aw9ku2nUTXjSnUIrE6KB88itduTBuA==",
  },
};

/**
 * Puts the prebuild beside the others in `modules`. A failure is told and leaves the other backends.
 * @param {string} modules the node_modules folder
 * @param {boolean} [isWanted]
 */
export async function fetchCudaPrebuild(modules, isWanted = existsSync("/proc/driver/nvidia/version")) {
  const name = `${process.platform}-${process.arch}-cuda`;
  const target = join(modules, "@node-llama-cpp", name);
  const integrity = pinned.packages[name];
  if (!isWanted || !integrity || existsSync(target)) return;
  const work = join(modules, ".cuda-prebuild");
  try {
    requireSameVersion(modules);
    process.stderr.write("Fetching llama.cpp for the NVIDIA card: 143 MB ..\n");
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    await unpack(`@node-llama-cpp/${name}@${pinned.version}`, integrity, work);
    renameSync(join(work, "package"), target);
  } catch (error) {
    process.stderr.write(`llama.cpp for CUDA was not fetched, other backends work: ${error.message}\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function requireSameVersion(modules) {
  const { version } = JSON.parse(readFileSync(join(modules, "node-llama-cpp", "package.json"), "utf8"));
  if (version !== pinned.version) throw new Error(`its checksum is known for ${pinned.version}, not for ${version}`);
}

async function unpack(specification, integrity, work) {
  const quiet = { cwd: work, stdio: ["ignore", "ignore", 2], shell: process.platform === "win32" };
  if ((await runChild("npm", ["pack", "--loglevel=error", specification], quiet)) !== 0)
    throw new Error("npm pack failed");
  const [tarball] = readdirSync(work);
  const sum = createHash("sha512")
    .update(readFileSync(join(work, tarball)))
    .digest("base64");
  if (`sha512-${sum}` !== integrity) throw new Error("its checksum is wrong");
  if ((await runChild("tar", ["-xzf", tarball], quiet)) !== 0) throw new Error("tar failed");
}
