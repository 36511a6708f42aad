// What each session has in the cache, and what it takes on disk: the names that were kept with it, against those in the store.
import type { Key } from "../../cache/block-key.ts";
import type { BlockStore } from "../../cache/block-store.ts";
import { type Marked, MarkSet } from "../../cache/marks.ts";
import { decodePieces, findPieces, type Piece, tokensOf } from "../../cache/pieces.ts";
import type { Kind } from "../../cache/store-folder.ts";
import { chainOf, fromKvRecord } from "../kv-record.ts";
import type { SessionStore } from "../store/session-store.ts";

export interface CacheSize {
  /** Tokens in the cache when it was kept last. */
  readonly tokens: number;
  /** Bytes of what is stored of it. What sessions share counts for each. */
  readonly bytes: number;
}

export interface SessionUse extends CacheSize {
  readonly pieces: readonly Piece[];
}

/** By the session's id; those without a cache are absent. `blocks` is undefined where there is no store: nothing is stored then. */
export async function cacheUse(store: SessionStore, blocks: BlockStore | undefined): Promise<Map<string, SessionUse>> {
  const of = async (kind: Kind) => (await blocks?.keys(kind)) ?? new Set<Key>();
  const [block, tail, snapshot] = await Promise.all([of("block"), of("tail"), of("snapshot")]);
  const keys = { block, tail, snapshot };
  const isThere = async ({ kind, key }: Piece) => keys[kind].has(key);
  const marks = new MarkSet([...block, ...tail, ...snapshot]);
  return gather(store, blocks, { marks, isThere }, ({ there, tokens }) =>
    there === "none" ? counted(tokens, []) : undefined,
  );
}

/** The same without the pieces; of ten thousand sessions it takes a fraction of the time. */
export async function cacheSizes(store: SessionStore, blocks: BlockStore | undefined): Promise<Map<string, CacheSize>> {
  const marks = (await blocks?.marks()) ?? new MarkSet([]);
  const isThere = async ({ kind, key }: Piece) => blocks !== undefined && marks.has(key) && blocks.has(kind, key);
  return gather<CacheSize>(store, blocks, { marks, isThere }, ({ there, tokens, bytes }) =>
    there === "some" ? undefined : { tokens, bytes: there === "all" ? bytes : 0 },
  );
}

interface Stored {
  readonly marks: MarkSet;
  readonly isThere: (piece: Piece) => Promise<boolean>;
}

/** `inShort`: what is known from the marks alone; undefined where the names must be read. */
async function gather<Use extends CacheSize>(
  store: SessionStore,
  blocks: BlockStore | undefined,
  { marks: stored, isThere }: Stored,
  inShort: (marked: Marked) => Use | undefined,
): Promise<Map<string, Use | SessionUse>> {
  const sessions = new Map<string, Use | SessionUse>();
  for (const { session, marks } of store.allMarks()) {
    const marked = marks && stored.look(marks);
    const use = (marked && inShort(marked)) ?? (await findUse(store, session, blocks, isThere));
    if (use) sessions.set(session, use);
  }
  return sessions;
}

/** Names a piece among all kinds. */
export function pieceName({ kind, key }: Pick<Piece, "kind" | "key">): string {
  return `${kind} ${key}`;
}

export function bytesOf(pieces: Iterable<Pick<Piece, "bytes">>): number {
  let sum = 0;
  for (const { bytes } of pieces) sum += bytes;
  return sum;
}

function counted(tokens: number, pieces: readonly Piece[]): SessionUse {
  return { tokens, bytes: bytesOf(pieces), pieces };
}

async function findUse(
  store: SessionStore,
  session: string,
  blocks: BlockStore | undefined,
  isThere: Stored["isThere"],
): Promise<SessionUse | undefined> {
  const text = store.loadPieces(session);
  const pieces = text === undefined ? undefined : decodePieces(text);
  if (text !== undefined && pieces) {
    const there = await Promise.all(pieces.map(isThere));
    return counted(
      tokensOf(text),
      pieces.filter((_, index) => there[index]),
    );
  }
  // Of what was kept without names, until it is kept anew.
  const record = store.loadKv(session);
  const kept = record && fromKvRecord(record);
  return kept && counted(kept.cached, blocks ? await findPieces(chainOf(kept), blocks) : []);
}
