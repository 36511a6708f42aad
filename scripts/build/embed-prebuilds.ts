// Compresses the native files for the binary, each content once, however many prebuilds have it.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, crc32, zstdCompressSync } from "node:zlib";
import type { NativeFolder } from "../../src/cli/native/native-files.ts";
import type { Prebuild } from "./targets.ts";

/** Above 15 the Vulkan shaders take a minute for one percent. */
const compressionLevel = 15;

/** `compressed` of each file is a path on this machine, in `workDir`, where the next build finds it again. */
export function embedPrebuilds(prebuilds: readonly Prebuild[], workDir: string): NativeFolder[] {
  mkdirSync(workDir, { recursive: true });
  return prebuilds.map(({ name, folder }) => {
    const names = readdirSync(folder).sort();
    const files = names.map((file) => ({ name: file, content: readFileSync(join(folder, file)) }));
    const hashes = files.map((file) => `${file.name} ${createHash("sha256").update(file.content).digest("hex")}`);
    return {
      name,
      contentHash: createHash("sha256").update(hashes.join("\n")).digest("hex"),
      files: files.map(({ name: file, content }) => ({
        name: file,
        bytes: content.length,
        crc32: crc32(content),
        compressed: compress(content, workDir),
      })),
    };
  });
}

function compress(content: Buffer, workDir: string): string {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 32);
  const path = join(workDir, `${hash}-${compressionLevel}.zst`);
  if (existsSync(path)) return path;
  const compressed = zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: compressionLevel } });
  writeFileSync(`${path}.part`, compressed);
  renameSync(`${path}.part`, path);
  return path;
}
