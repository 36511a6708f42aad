// Fetches catalogue models into the models folder: `bun scripts/fetch-models.ts [alias..]`, by default the two that the
// tests run on. Does nothing for those that are there.
import { createProgress } from "../src/cli/progress.ts";
import { downloadFromHub } from "../src/session/engine/hub-download.ts";
import { KvchatError } from "../src/session/errors.ts";
import { folders } from "../src/session/folders.ts";
import { resolveModel } from "../src/session/models/resolve.ts";

const testModels = ["smollm2", "gemma3-270m"];

async function fetchModels(names: string[]): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  for (const name of names) {
    const progress = createProgress(process.stderr, name);
    try {
      const { path } = await resolveModel(name, {
        modelsDir: folders().models,
        downloadHub: downloadFromHub,
        onProgress: progress.update,
        onWait: () => process.stderr.write(`${name}: another process is fetching it; waiting.\n`),
        signal: stop.signal,
      });
      progress.end();
      process.stderr.write(`${name}: ${path}\n`);
    } finally {
      progress.end();
    }
  }
}

try {
  const names = process.argv.slice(2);
  await fetchModels(names.length > 0 ? names : testModels);
} catch (error) {
  if (!(error instanceof KvchatError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint}\n`);
  // A refused download may go on trying in the background; nothing of it is wanted any more.
  process.exit(error.exitCode);
}
