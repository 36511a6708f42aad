// The rows of sessions: made, changed, read, listed and deleted. What is in a session is in message-rows.ts.
import { randomBytes } from "node:crypto";
import { ExitCode, KvchatError } from "../errors.ts";
import type { Database } from "./database.ts";
import { checkName, nameFromText, uniqueName } from "./session-name.ts";
import type { SessionFacts, SessionRecord, SessionSummary } from "./session-record.ts";

/** What a new session begins with. */
export interface NewSession extends SessionFacts {
  /** Refused where another session has it. */
  readonly name?: string;
  /** Where there is no `name`, one is made from this text. */
  readonly firstMessage?: string;
  readonly forkedFrom?: SessionRecord["forkedFrom"];
  readonly created?: number;
}

interface SessionRow {
  id: string;
  name: string;
  created: number;
  updated: number;
  model: string;
  model_path: string;
  fingerprint: string;
  settings: string;
  system_prompt: string;
  seed: number;
  leaf: number | null;
  forked_from: string | null;
  forked_turn: number | null;
}

export function insertSession(db: Database, session: NewSession): SessionRecord {
  return db.transaction(() => {
    const { name, firstMessage = "", forkedFrom, created = Date.now() } = session;
    const taken = (candidate: string) => isTaken(db, candidate);
    const row: SessionRow = {
      id: unusedId(db),
      name: name === undefined ? uniqueName(nameFromText(firstMessage), taken) : freeName(db, name),
      created,
      updated: Date.now(),
      ...factColumns(session),
      leaf: null,
      forked_from: forkedFrom?.id ?? null,
      forked_turn: forkedFrom?.turn ?? null,
    };
    const columns = Object.keys(row);
    const places = columns.map(() => "?");
    db.run(`INSERT INTO sessions (${columns.join()}) VALUES (${places.join()})`, ...Object.values(row));
    return toRecord(row);
  });
}

/** Throws a KvchatError where no session has this id: it was deleted meanwhile. */
export function readSession(db: Database, id: string): SessionRecord {
  const row = db.get<SessionRow>("SELECT * FROM sessions WHERE id = ?", id);
  if (row) return toRecord(row);
  throw new KvchatError(`The session ${id} has been deleted.`, {
    hint: '"kvchat sessions" shows those that are there.',
    exitCode: ExitCode.notFound,
  });
}

export function readNewest(db: Database): SessionRecord | undefined {
  const row = db.get<SessionRow>("SELECT * FROM sessions ORDER BY updated DESC, rowid DESC LIMIT 1");
  return row && toRecord(row);
}

/** Newest first. */
export function listSessions(db: Database): SessionSummary[] {
  const rows = db.all<SessionSummary & { excerpt: string }>(
    `SELECT id, name, model, (leaf_depth + 1) / 2 AS turns, leaf_depth AS messages, excerpt, created, updated
     FROM sessions ORDER BY updated DESC, rowid DESC`,
  );
  for (const row of rows) row.excerpt = onOneLine(row.excerpt);
  return rows;
}

/** Finds nothing to do in most texts: a list has ten thousand. */
function onOneLine(text: string): string {
  return text.replace(/\s{2,}|[^\S ]/g, " ").trim();
}

export function renameSession(db: Database, id: string, name: string): SessionRecord {
  return db.transaction(() => {
    const session = readSession(db, id);
    if (checkName(name) === session.name) return session;
    db.run("UPDATE sessions SET name = ?, updated = ? WHERE id = ?", freeName(db, name), Date.now(), id);
    return readSession(db, id);
  });
}

export function changeFacts(db: Database, id: string, changes: Partial<SessionFacts>): SessionRecord {
  return db.transaction(() => {
    const columns = factColumns({ ...readSession(db, id), ...changes });
    const places = Object.keys(columns).map((column) => `${column} = ?`);
    db.run(`UPDATE sessions SET ${places.join()} WHERE id = ?`, ...Object.values(columns), id);
    return readSession(db, id);
  });
}

/** The session, its messages and what the cache layer kept with it. Forks stay: they are sessions of their own. */
export function deleteSession(db: Database, id: string): void {
  db.transaction(() => {
    for (const table of ["holders", "kv", "messages"]) db.run(`DELETE FROM ${table} WHERE session = ?`, id);
    db.run("DELETE FROM sessions WHERE id = ?", id);
  });
}

function freeName(db: Database, name: string): string {
  const checked = checkName(name);
  if (!isTaken(db, checked)) return checked;
  throw new KvchatError(`There is a session "${checked}" already.`, {
    hint: `This name is free: ${uniqueName(checked, (candidate) => isTaken(db, candidate))}`,
    exitCode: ExitCode.usage,
  });
}

export function isTaken(db: Database, name: string): boolean {
  return db.get("SELECT 1 FROM sessions WHERE name = ?1 OR id = ?1", name) !== undefined;
}

function unusedId(db: Database): string {
  for (;;) {
    const id = randomBytes(4).toString("hex");
    if (!isTaken(db, id)) return id;
  }
}

function factColumns({ model, modelPath, fingerprint, settings, systemPrompt, seed }: SessionFacts) {
  return {
    model,
    model_path: modelPath,
    fingerprint: JSON.stringify(fingerprint),
    settings: JSON.stringify(settings),
    system_prompt: systemPrompt,
    seed,
  };
}

function toRecord(row: SessionRow): SessionRecord {
  return {
    id: row.id,
    name: row.name,
    created: row.created,
    updated: row.updated,
    model: row.model,
    modelPath: row.model_path,
    fingerprint: JSON.parse(row.fingerprint),
    settings: JSON.parse(row.settings),
    systemPrompt: row.system_prompt,
    seed: row.seed,
    leaf: row.leaf,
    forkedFrom: row.forked_from === null ? null : { id: row.forked_from, turn: row.forked_turn ?? 0 },
  };
}
