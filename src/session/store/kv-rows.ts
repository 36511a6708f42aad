// The rows of what the cache layer keeps with sessions. What is in them only that layer knows.
import type { Database } from "./database.ts";
import type { KvRecord, StoredKv, StoredMarks } from "./session-record.ts";
import { fromBlob, toBlob } from "./token-blob.ts";

interface KvRow {
  record: string;
  tokens: Uint8Array;
  pieces: string | null;
  marks: Uint8Array | null;
}

const columns = "record, tokens, pieces, marks";

export function writeKv(db: Database, session: string, { record, tokens, pieces, marks }: KvRecord): void {
  db.run(
    `INSERT OR REPLACE INTO kv (session, ${columns}) VALUES (?, ?, ?, ?, ?)`,
    session,
    record,
    toBlob(tokens),
    pieces ?? null,
    marks ?? null,
  );
}

export function deleteKv(db: Database, session: string): void {
  db.run("DELETE FROM kv WHERE session = ?", session);
}

export function copyKv(db: Database, from: string, to: string): void {
  db.run(`INSERT INTO kv (session, ${columns}) SELECT ?, ${columns} FROM kv WHERE session = ?`, to, from);
}

export function readKv(db: Database, session: string): KvRecord | undefined {
  const row = db.get<KvRow>(`SELECT ${columns} FROM kv WHERE session = ?`, session);
  return row && toRecord(row);
}

export function readPieces(db: Database, session: string): string | undefined {
  return db.get<Pick<KvRow, "pieces">>("SELECT pieces FROM kv WHERE session = ?", session)?.pieces ?? undefined;
}

export function readAllKv(db: Database): StoredKv[] {
  const rows = db.all<KvRow & { session: string; name: string }>(
    `SELECT session, name, ${columns} FROM kv JOIN sessions ON id = session`,
  );
  return rows.map(({ session, name, ...row }) => ({ session, name, ...toRecord(row) }));
}

/** From an index, without all that is long. */
export function readAllMarks(db: Database): StoredMarks[] {
  const rows = db.all<{ session: string; marks: Uint8Array | null }>("SELECT session, marks FROM kv");
  return rows.map(({ session, marks }) => ({ session, marks: marks ?? undefined }));
}

/** Whether a session besides this one needs the file with this key, which has this mark. */
export function isKeyShared(db: Database, session: string, key: string, mark: Uint8Array): boolean {
  const isMarked = "SELECT session FROM kv WHERE marks IS NULL OR instr(marks, ?) > 0";
  const query = `SELECT 1 FROM kv WHERE session <> ? AND session IN (${isMarked}) AND instr(coalesce(pieces, record), ?) > 0`;
  return db.get(`${query} LIMIT 1`, session, mark, key) !== undefined;
}

function toRecord({ record, tokens, pieces, marks }: KvRow): KvRecord {
  return {
    record,
    tokens: fromBlob(tokens),
    ...(pieces !== null && { pieces }),
    ...(marks && { marks }),
  };
}
