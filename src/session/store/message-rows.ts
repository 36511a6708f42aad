// The rows of messages: a tree of questions and answers, and the branch of it that is current.
import type { Database } from "./database.ts";
import type { BranchMessage, MessageContent, MessageRecord } from "./session-record.ts";
import { readSession } from "./session-rows.ts";
import { fromBlob, toBlob } from "./token-blob.ts";

interface MessageRow {
  id: number;
  parent: number | null;
  role: MessageContent["role"];
  content: string;
  thinking: string;
  state: MessageContent["state"];
  stop_reason: MessageContent["stopReason"];
  tokens: Uint8Array | null;
  generated_text: string | null;
  lead: string | null;
  evicted: number;
  created: number;
  updated: number;
}

/** Where a message stands in the tree of its session. */
interface Place {
  readonly id: number;
  readonly parent: number | null;
  readonly role: MessageContent["role"];
}

/** How much of the last message a list of sessions may show. */
export const excerptCharacters = 120;

/** Adds a message under `parent` and returns its id. */
export function insertMessage(db: Database, session: string, parent: number | null, message: MessageContent): number {
  const columns = { session, parent, role: message.role, created: message.created, ...changingColumns(message) };
  const names = Object.keys(columns);
  const row = db.get<{ id: number }>(
    `INSERT INTO messages (${names.join()}, depth) VALUES (${names.map(() => "?").join()},
       1 + ifnull((SELECT depth FROM messages WHERE session = ?1 AND id = ?2), 0)) RETURNING id`,
    ...Object.values(columns),
  );
  if (!row) throw new Error("SQLite returned no id");
  return row.id;
}

/** Writes what of a partial message has changed. */
export function updateMessage(db: Database, id: number, message: MessageContent): void {
  const columns = changingColumns(message);
  const places = Object.keys(columns).map((name) => `${name} = ?`);
  db.run(`UPDATE messages SET ${places.join()} WHERE id = ?`, ...Object.values(columns), id);
}

/** Deletes a message, unless something follows it on some branch. */
export function deleteMessage(db: Database, session: string, id: number): void {
  const childless = "NOT EXISTS (SELECT 1 FROM messages WHERE session = ?1 AND parent = ?2)";
  db.run(`DELETE FROM messages WHERE session = ?1 AND id = ?2 AND ${childless}`, session, id);
}

/** Makes `leaf` the end of the session's current branch. */
export function moveLeaf(db: Database, session: string, leaf: number | null): void {
  db.run(
    `UPDATE sessions SET updated = ?3, leaf = ?2,
       leaf_depth = ifnull((SELECT depth FROM messages WHERE id = ?2), 0),
       excerpt = ifnull((SELECT substr(content, 1, ${excerptCharacters}) FROM messages WHERE id = ?2), '')
     WHERE id = ?1`,
    session,
    leaf,
    Date.now(),
  );
}

/** The last message of the current branch; undefined where that is empty. Throws where the session is gone. */
export function readLeaf(db: Database, session: string): Place | undefined {
  const { leaf } = readSession(db, session);
  return db.get<Place>("SELECT id, parent, role FROM messages WHERE id = ?", leaf);
}

/** The newest message among `id` and all that follow it: the end of the branch on which one last was there. */
export function newestUnder(db: Database, session: string, id: number): number {
  const row = db.get<{ id: number | null }>(
    `WITH RECURSIVE under (id) AS (
       SELECT id FROM messages WHERE session = ?1 AND id = ?2
       UNION ALL SELECT m.id FROM under JOIN messages m ON m.session = ?1 AND m.parent = under.id)
     SELECT max(id) AS id FROM under`,
    session,
    id,
  );
  if (row?.id == null) throw new Error(`session ${session} has no message ${id}`);
  return row.id;
}

/** From the first message to `leaf`. */
export function readBranch(db: Database, session: string, leaf: number | null): BranchMessage[] {
  const rows = db.all<MessageRow>(
    `WITH RECURSIVE branch (id, parent) AS (
       SELECT id, parent FROM messages WHERE session = ?1 AND id = ?2
       UNION ALL SELECT m.id, m.parent FROM branch JOIN messages m ON m.id = branch.parent)
     SELECT m.* FROM branch JOIN messages m ON m.id = branch.id ORDER BY m.depth`,
    session,
    leaf,
  );
  const children = childrenIn(db, session);
  return rows.map((row) => {
    const siblings = children.get(row.parent) ?? [];
    return { ...toRecord(row), siblings, siblingIndex: siblings.indexOf(row.id) };
  });
}

/** The last messages of the current branch, at most so many. */
export function readEnd(db: Database, session: string, most: number): Pick<MessageContent, "role" | "content">[] {
  return db.all(
    `WITH RECURSIVE branch (id, parent, more) AS (
       SELECT m.id, m.parent, ?2 - 1 FROM sessions s JOIN messages m ON m.id = s.leaf WHERE s.id = ?1
       UNION ALL SELECT m.id, m.parent, more - 1 FROM branch JOIN messages m ON m.id = branch.parent WHERE more > 0)
     SELECT m.role, m.content FROM branch JOIN messages m ON m.id = branch.id ORDER BY m.depth`,
    session,
    most,
  );
}

/** All messages of the session, parents before children. */
export function readAllMessages(db: Database, session: string): MessageRecord[] {
  return db.all<MessageRow>("SELECT * FROM messages WHERE session = ? ORDER BY id", session).map(toRecord);
}

/** Marks these messages of the session as outside of its window, and all others as inside. */
export function markEvicted(db: Database, session: string, ids: readonly number[]): void {
  const isEvicted = "(id IN (SELECT value FROM json_each(?2)))";
  db.run(
    `UPDATE messages SET evicted = ${isEvicted} WHERE session = ?1 AND evicted != ${isEvicted}`,
    session,
    JSON.stringify(ids),
  );
}

function childrenIn(db: Database, session: string): Map<number | null, number[]> {
  const children = new Map<number | null, number[]>();
  const places = db.all<Place>("SELECT id, parent FROM messages WHERE session = ? ORDER BY id", session);
  for (const { id, parent } of places) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(id);
    else children.set(parent, [id]);
  }
  return children;
}

function changingColumns({ content, thinking, state, stopReason, generated, evicted, updated }: MessageContent) {
  return {
    content,
    thinking,
    state,
    stop_reason: stopReason,
    tokens: generated ? toBlob(generated.tokens) : null,
    generated_text: generated?.text ?? null,
    lead: generated?.lead ?? null,
    evicted: Number(evicted),
    updated,
  };
}

function toRecord(row: MessageRow): MessageRecord {
  const { tokens, generated_text: text, lead } = row;
  return {
    id: row.id,
    parent: row.parent,
    role: row.role,
    content: row.content,
    thinking: row.thinking,
    state: row.state,
    stopReason: row.stop_reason,
    ...(tokens && { generated: { tokens: Array.from(fromBlob(tokens)), text: text ?? "", lead: lead ?? "" } }),
    evicted: row.evicted === 1,
    created: row.created,
    updated: row.updated,
  };
}
