// The rows of what the cache layer keeps with sessions. What is in them only that layer knows.
import type { Database } from "./database.ts";
import type { KvRecord, StoredKv, StoredPieces } from "./session-record.ts";
import { fromBlob, toBlob } from "./token-blob.ts";

interface KvRow {
  record: string;
  tokens: Uint8Array;
  pieces: string | null;
}

export function writeKv(db: Database, session: string, { record, tokens, pieces }: KvRecord): void {
  db.run(
    "INSERT OR REPLACE INTO kv (session, record, tokens, pieces) VALUES (?, ?, ?, ?)",
    session,
    record,
    toBlob(tokens),
    pieces ?? null,
  );
}

export function deleteKv(db: Database, session: string): void {
  db.run("DELETE FROM kv WHERE session = ?", session);
}

export function copyKv(db: Database, from: string, to: string): void {
  const columns = "record, tokens, pieces";
  db.run(`INSERT INTO kv (session, ${columns}) SELECT ?, ${columns} FROM kv WHERE session = ?`, to, from);
}

export function readKv(db: Database, session: string): KvRecord | undefined {
  const row = db.get<KvRow>("SELECT record, tokens, pieces FROM kv WHERE session = ?", session);
  return row && toRecord(row);
}

export function readAllKv(db: Database): StoredKv[] {
  const rows = db.all<KvRow & { session: string; name: string }>(
    "SELECT session, name, record, tokens, pieces FROM kv JOIN sessions ON id = session",
  );
  return rows.map(({ session, name, ...row }) => ({ session, name, ...toRecord(row) }));
}

/** From an index, without all that is long. */
export function readAllPieces(db: Database): StoredPieces[] {
  return db.all<StoredPieces>("SELECT session, pieces FROM kv");
}

/** Whether a session besides this one needs the file with this key. */
export function isKeyShared(db: Database, session: string, key: string): boolean {
  return (
    db.get("SELECT 1 FROM kv WHERE session <> ? AND instr(coalesce(pieces, record), ?) > 0 LIMIT 1", session, key) !==
    undefined
  );
}

function toRecord({ record, tokens, pieces }: KvRow): KvRecord {
  return { record, tokens: fromBlob(tokens), pieces: pieces ?? undefined };
}
