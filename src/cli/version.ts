// `kvchat --version`: what an answer depends on, for a report or a comparison.
import { readVersions } from "#native-files";

/** One component a line. */
export function versionText(): string {
  const { kvchat, nodeLlamaCpp, llamaCpp } = readVersions();
  const runtime = process.versions.bun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`;
  return [`kvchat ${kvchat}`, `node-llama-cpp ${nodeLlamaCpp}`, `llama.cpp ${llamaCpp}`, runtime].join("\n");
}
