// A store as years of use leave it: 10,000 sessions of ten messages, each with the record of a cache, and a block store that is
// full to its cap. Made once, by kvchat's own store; only the rows of blocks are shorter than real ones.
import { BlockStore } from "../../../src/cache/block-store.ts";
import { importMessages } from "../../../src/session/store/import-messages.ts";
import { SessionStore } from "../../../src/session/store/session-store.ts";
import type { Field } from "../field.ts";
import type { KvchatProgram } from "../kvchat-program.ts";
import { createRandom } from "../workload.ts";
import { facts, kvRecordOf, piecesOf, storePieces } from "./archive-caches.ts";
import { saidIn } from "./archive-texts.ts";
import { blocksIn } from "./long-chat.ts";

const sessions = 10_000;
const tokensInCache = { least: 300, most: 3000 };
/** Those whose caches are on disk: some 15,000 files, as 10 GiB hold of the default model's. */
const sessionsWithBlocks = 280;

export interface Archive {
  readonly kvchat: KvchatProgram;
  /** The newest session; its cache has the most tokens. */
  readonly newest: string;
}

let made: Promise<Archive> | undefined;

export function archive(field: Field): Promise<Archive> {
  made ??= makeArchive(field);
  return made;
}

async function makeArchive({ kvchat, signal, onProgress }: Field): Promise<Archive> {
  onProgress(`making ${sessions} sessions`);
  const program = kvchat.apart("archive");
  const random = createRandom(1);
  using store = new SessionStore(program.data);
  const blocks = await BlockStore.open(blocksIn(program));
  let newest = "";
  for (let number = 1; number <= sessions; number++) {
    // Lets a signal come in between.
    await new Promise(setImmediate);
    signal.throwIfAborted();
    const { messages, leaf } = importMessages(saidIn(number, random), "message");
    newest = store.import({ facts, messages, leaf }).id;
    const { least, most } = tokensInCache;
    const length = number === sessions ? most : least + Math.floor(random() * (most - least));
    const tokens = Array.from({ length }, () => Math.floor(random() * 49_000));
    const pieces = piecesOf(tokens);
    store.saveKv(newest, kvRecordOf(tokens, pieces));
    if (number > sessions - sessionsWithBlocks) await storePieces(blocks, tokens, pieces);
  }
  return { kvchat: program, newest };
}
