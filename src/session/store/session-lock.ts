// A session is open in one process at a time. A file beside the database is locked through SQLite, thus by the operating
// system: the lock goes with its process however that ends, and holds between containers that share the folder, where
// process ids and host names say nothing. All here happens inside a write transaction of the database, one at a time.
import { mkdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { KvchatError } from "../errors.ts";
import { quoted } from "../models/quoted.ts";
import { shellWord } from "../shell-word.ts";
import type { Database } from "./database.ts";
import { createPrivate, openSqlite } from "./open-database.ts";
import { deleteSession, readSession } from "./session-rows.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** Another process has the session open. */
export class SessionOpenError extends KvchatError {}

/** Holds the session until it is disposed of. Throws a SessionOpenError that names who has it. */
export function lockSession(db: Database, id: string): Disposable {
  const lock = db.transaction(
    () => {
      const word = shellWord(readSession(db, id).name);
      const wayOut = `To go on with a copy: kvchat sessions fork ${word}; to read it: kvchat sessions show ${word}`;
      const taken = takeLock(db, id, wayOut);
      db.run("INSERT OR REPLACE INTO holders (session, pid, host) VALUES (?, ?, ?)", id, process.pid, hostname());
      return taken;
    },
    { flush: false },
  );
  return {
    [Symbol.dispose]: () => {
      if (lock.isOpen) release(db, id, lock);
    },
  };
}

/** Deletes a session that no process has open. Throws a KvchatError that names who has it. */
export function removeSession(db: Database, id: string): void {
  let lock: DatabaseSync | undefined;
  try {
    db.transaction(() => {
      lock = takeLock(db, id, "End that chat first.");
      deleteSession(db, id);
      dropLock(db, id, lock);
    });
  } catch (error) {
    if (lock?.isOpen) lock.close();
    throw error;
  }
}

/** Whether some process has a session open; what a killed one left is not taken for one. */
export function isAnyLocked(db: Database): boolean {
  return db.transaction(
    () => db.all<{ session: string }>("SELECT session FROM holders").some(({ session }) => isLocked(db, session)),
    {
      flush: false,
    },
  );
}

function isLocked(db: Database, id: string): boolean {
  try {
    dropLock(db, id, takeLock(db, id, ""));
    db.run("DELETE FROM holders WHERE session = ?", id);
    return false;
  } catch {
    return true;
  }
}

function takeLock(db: Database, id: string, wayOut: string): DatabaseSync {
  const { name } = readSession(db, id);
  const path = lockPath(db, id);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  createPrivate(path);
  const lock = openSqlite(path);
  try {
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    const holder = db.get<Holder>("SELECT pid, host FROM holders WHERE session = ?", id);
    throw new SessionOpenError(`The session ${quoted(name)} is open in ${describe(holder)}.`, {
      hint: wayOut,
      cause: error,
    });
  }
}

function release(db: Database, id: string, lock: DatabaseSync): void {
  try {
    db.transaction(
      () => {
        db.run("DELETE FROM holders WHERE session = ?", id);
        dropLock(db, id, lock);
      },
      { flush: false },
    );
  } catch {
    // A full disk, or the store was closed before: what counts is the lock itself.
    if (lock.isOpen) lock.close();
  }
}

function dropLock(db: Database, id: string, lock: DatabaseSync): void {
  lock.close();
  rmSync(lockPath(db, id), { force: true });
}

function lockPath(db: Database, id: string): string {
  return join(dirname(db.path), "locks", `${id}.lock`);
}

function describe(holder: Holder | undefined): string {
  if (!holder) return "another process";
  return `process ${holder.pid}${holder.host === hostname() ? "" : ` on ${holder.host}`}`;
}
