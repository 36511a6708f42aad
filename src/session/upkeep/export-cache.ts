// `kvchat sessions export --kv`: a session's cache as one file for other tools, its layers numbered as the model has them.
import type { BlockStore } from "../../cache/block-store.ts";
import { composeState } from "../../cache/compose-state.ts";
import { exportKv, LayersError } from "../../cache/export-kv.ts";
import { findPieces } from "../../cache/pieces.ts";
import { StoreError } from "../../cache/store-error.ts";
import { ExitCode, KvchatError } from "../errors.ts";
import { chainOf, fromKvRecord } from "../kv-record.ts";
import { checkChatModel } from "../models/check-chat-model.ts";
import { kvLayerNumbers } from "../models/kv-shape.ts";
import { quoted } from "../models/quoted.ts";
import { ScratchFolder } from "../scratch-folder.ts";
import type { KvRecord, SessionRecord } from "../store/session-record.ts";
import { bytesOf } from "./cache-use.ts";

export interface ExportCacheOptions {
  readonly session: SessionRecord;
  readonly record: KvRecord | undefined;
  readonly blocks: BlockStore;
  /** Folder for a state of a moment, where there is no memory for it. */
  readonly workDir: string;
  readonly path: string;
}

export interface ExportedCache {
  readonly tokens: number;
  readonly bytes: number;
  /** Why not all; undefined when all. */
  readonly reason: string | undefined;
}

/** Throws KvchatError where nothing is kept, the model's file is gone, or `path` cannot be written. */
export async function exportCache({
  session,
  record,
  blocks,
  workDir,
  path,
}: ExportCacheOptions): Promise<ExportedCache> {
  const kept = record && fromKvRecord(record);
  if (!kept) throw nothingKept(session, "no turn was kept yet");
  const facts = await checkChatModel(session.modelPath);
  const { fingerprint, evicted } = kept;
  const chain = chainOf(kept);
  const stateBytes = bytesOf(await findPieces(chain, blocks));
  await using scratch = new ScratchFolder({ otherwise: workDir, stateBytes });
  const statePath = scratch.newFile();
  const { tokens, reason } = await composeState(statePath, chain, blocks);
  if (tokens === 0) throw nothingKept(session, reason ?? "nothing is stored");
  try {
    const metadata = {
      format: "kvchat kv 1",
      model: session.model,
      architecture: facts.architecture,
      fingerprint: JSON.stringify(fingerprint),
      evicted: String(evicted),
    };
    return { tokens, reason, bytes: await exportKv(statePath, path, { layers: kvLayerNumbers(facts), metadata }) };
  } catch (error) {
    throw inWords(error, path);
  }
}

function nothingKept({ name }: SessionRecord, reason: string): KvchatError {
  return new KvchatError(`There is no cache of ${quoted(name)} to export: ${reason}.`, {
    hint: "Only what is in blocks can be; go on with the session, and its cache is kept.",
    exitCode: ExitCode.notFound,
  });
}

function inWords(error: unknown, path: string): unknown {
  if (error instanceof LayersError) {
    const hint = "Export with the model file that the session was computed with.";
    return new KvchatError(`The cache does not fit the model: ${error.message}.`, { hint, cause: error });
  }
  if (!(error instanceof StoreError)) return error;
  const { message } = error.cause as Error;
  return new KvchatError(`Cannot write ${quoted(path)}: ${message}.`, {
    hint: "Name a file in a folder that you may write to, on a disk with room.",
    cause: error,
  });
}
