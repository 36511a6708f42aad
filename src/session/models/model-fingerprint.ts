// Tells models apart without reading gigabytes: what was computed with one must never be taken for what another computes.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { splitPartPaths } from "./split-parts.ts";

const headBytes = 2 ** 20;
const samples = 128;
const sampleBytes = 4096;

/**
 * SHA-256 over the size, the first MiB and 128 evenly spaced samples of 4 KiB of each file: other weights, another quantisation
 * or another vocabulary change it. 64 hexadecimal digits.
 */
export async function modelFingerprint(path: string): Promise<string> {
  const hash = createHash("sha256");
  for (const part of splitPartPaths(path)) {
    const file = await open(part, "r");
    try {
      const { size } = await file.stat();
      hash.update(`${size}\n`);
      const read = async (position: number, bytes: number) => {
        const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - position)));
        await file.read(buffer, 0, buffer.length, position);
        hash.update(buffer);
      };
      await read(0, headBytes);
      for (let index = 0; index < samples; index++) await read(Math.floor((size * index) / samples), sampleBytes);
    } finally {
      await file.close();
    }
  }
  return hash.digest("hex");
}
