// Finds the model that a command is to run, and fetches it where it is not here yet, with a progress bar on stderr.
import { folders } from "../session/folders.ts";
import { type ResolvedModel, resolveModel } from "../session/models/resolve.ts";
import { createProgress } from "./progress.ts";

/** `totalBytes` is 0 while it is not known. */
export type ShowDownload = (doneBytes: number, totalBytes: number) => void;

export interface FindOptions {
  /** Nothing on stderr. */
  readonly quiet: boolean;
  readonly signal: AbortSignal;
  /** In the place of the progress bar. */
  readonly showDownload?: ShowDownload;
}

/** Throws KvchatError with exit code 3 for unknown names and failed downloads. */
export async function findModel(name: string, { quiet, signal, showDownload }: FindOptions): Promise<ResolvedModel> {
  const progress = createProgress(process.stderr, name);
  try {
    return await resolveModel(name, {
      modelsDir: folders().models,
      downloadHub: async (...download) => {
        const { downloadFromHub } = await import("../session/engine/hub-download.ts");
        return downloadFromHub(...download);
      },
      onProgress: showDownload ?? (quiet ? undefined : progress.update),
      onWait: () => quiet || process.stderr.write(`${name}: another kvchat is fetching it; waiting.\n`),
      signal,
    });
  } finally {
    progress.end();
  }
}
