// The files of blocks by what they say of themselves: their names tell no order.
import { readFileSync } from "node:fs";
import { decodeHeader, headerBytes } from "../../src/cache/safetensors.ts";

/** By the position of their first tokens. */
export function inOrder(files: readonly string[]): string[] {
  return files
    .map((file) => ({ file, start: firstPosition(file) }))
    .sort((one, other) => one.start - other.start)
    .map(({ file }) => file);
}

function firstPosition(file: string): number {
  const bytes = readFileSync(file);
  const head = bytes.subarray(0, headerBytes(bytes.subarray(0, 8), bytes.length));
  return Number(decodeHeader(head, bytes.length).metadata.first_position);
}
