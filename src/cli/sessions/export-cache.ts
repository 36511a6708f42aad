// `kvchat sessions export --kv`: a session's cache as one file, and what is to be said of it.
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import prettyBytes from "pretty-bytes";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { folders } from "../../session/folders.ts";
import { quoted } from "../../session/models/quoted.ts";
import { workFolder } from "../../session/persistence.ts";
import type { SessionStore } from "../../session/store/session-store.ts";
import { exportCache } from "../../session/upkeep/export-cache.ts";
import { printable } from "../chat/printable.ts";
import { openBlocks } from "./command-parts.ts";

export async function deliverCache(store: SessionStore, id: string, file: string): Promise<void> {
  const path = resolve(file);
  requireFolder(dirname(path), file);
  const { tokens, bytes, reason } = await exportCache({
    session: store.load(id).session,
    record: store.loadKv(id),
    blocks: await openBlocks(),
    workDir: workFolder(folders().cache),
    path,
  });
  const rest = reason === undefined ? "" : `; of the rest nothing is kept: ${reason}`;
  process.stderr.write(printable(`Wrote ${tokens} tokens to ${file} (${prettyBytes(bytes)})${rest}.\n`));
}

/** A mistyped folder is not made. */
function requireFolder(folder: string, file: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new KvchatError(`Cannot write ${quoted(file)}: there is no such folder.`, {
    hint: "Name a file in a folder that is there.",
    exitCode: ExitCode.failed,
  });
}
