// What each session has in the cache, and what it takes on disk: the names that were kept with it, against those in the store.
import type { Key } from "../../cache/block-key.ts";
import type { BlockStore } from "../../cache/block-store.ts";
import { decodePieces, findPieces, type Marked, MarkSet, type Piece, tokensOf } from "../../cache/pieces.ts";
import { type Kind, kinds } from "../../cache/store-folder.ts";
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
export function cacheUse(store: SessionStore, blocks: BlockStore | undefined): Promise<Map<string, SessionUse>> {
  return gather(store, blocks, ({ there, tokens }) => (there === "none" ? counted(tokens, []) : undefined));
}

/** The same without the pieces; of ten thousand sessions it takes a tenth of a second. */
export function cacheSizes(store: SessionStore, blocks: BlockStore | undefined): Promise<Map<string, CacheSize>> {
  return gather<CacheSize>(store, blocks, ({ there, tokens, bytes }) =>
    there === "some" ? undefined : { tokens, bytes: there === "all" ? bytes : 0 },
  );
}

/** `inShort`: what is known from the marks alone; undefined where the names must be read. */
async function gather<Use extends CacheSize>(
  store: SessionStore,
  blocks: BlockStore | undefined,
  inShort: (marked: Marked) => Use | undefined,
): Promise<Map<string, Use | SessionUse>> {
  const reading = storedIn(blocks);
  // Meanwhile: either takes long.
  const rows = store.allMarks();
  const stored = await reading;
  const sessions = new Map<string, Use | SessionUse>();
  for (const { session, marks } of rows) {
    const marked = marks && stored.marks.look(marks);
    const use = (marked && inShort(marked)) ?? (await findUse(store, session, { blocks, ...stored }));
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

interface StoredKeys {
  readonly has: (kind: Kind, key: Key) => boolean;
  readonly marks: MarkSet;
}

async function storedIn(blocks: BlockStore | undefined): Promise<StoredKeys> {
  const keys = await Promise.all(
    kinds.map(async (kind) => [kind, (await blocks?.keys(kind)) ?? new Set<Key>()] as const),
  );
  const stored = Object.fromEntries(keys) as Record<Kind, Set<Key>>;
  return {
    has: (kind, key) => stored[kind].has(key),
    marks: new MarkSet(keys.flatMap(([, names]) => [...names])),
  };
}

async function findUse(
  store: SessionStore,
  session: string,
  { blocks, has }: StoredKeys & { blocks: BlockStore | undefined },
): Promise<SessionUse | undefined> {
  const text = store.loadPieces(session);
  const found = text === undefined ? undefined : decodePieces(text, has);
  if (text !== undefined && found) return counted(tokensOf(text), found);
  // Of what was kept without names, until it is kept anew.
  const record = store.loadKv(session);
  const kept = record && fromKvRecord(record);
  return kept && counted(kept.cached, blocks ? await findPieces(chainOf(kept), blocks) : []);
}
