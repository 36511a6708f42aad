// Opens the file of sessions: made private, checked before SQLite touches it, and brought to this program's schema.
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { ExitCode, KvchatError } from "../errors.ts";
import { quoted } from "../models/quoted.ts";
import { Database } from "./database.ts";
import { explainFailure, isBusy } from "./explain-failure.ts";
import { applicationId, schemaVersion, stepsAfter } from "./schema.ts";

const waitForOthersMs = 30_000;

/** Makes the file and its folder where they lack. Throws a KvchatError, the file untouched, where it cannot be used. */
export function openDatabase(path: string): Database {
  let file: DatabaseSync | undefined;
  try {
    makePrivate(path);
    checkVersion(path);
    file = openSqlite(path);
    file.exec(`PRAGMA busy_timeout = ${waitForOthersMs}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL`);
    if (versionOf(file) !== schemaVersion) migrate(file, path);
    return new Database(file, path);
  } catch (error) {
    file?.close();
    throw explainFailure(error, path);
  }
}

/** Makes an empty file that only its owner may read, unless it is there. */
export function createPrivate(path: string): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** SQLite comes with the runtime; asked for here, it costs nothing to those who open no store. */
export function openSqlite(path: string): DatabaseSync {
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  return new DatabaseSync(path);
}

/**
 * SQLite gives its other files the mode of this one. A folder that is there already belongs to its maker. The file is not
 * opened where it is there: closing it again would undo the locks that SQLite holds on it for this process.
 */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  createPrivate(path);
  if (statSync(path).mode & 0o077) chmodSync(path, 0o600);
}

/**
 * Reads the version without the locks and side files of an ordinary opening, so that a newer kvchat's file stays as it is.
 * What is read so may be half of a checkpoint: only the ordinary opening, which follows, can tell that a file is damaged.
 */
function checkVersion(path: string): void {
  if (statSync(path).size === 0) return;
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const file = new DatabaseSync(url, { readOnly: true });
  try {
    refuseForeign(file, path);
  } catch (error) {
    if (error instanceof KvchatError) throw error;
  } finally {
    file.close();
  }
}

function migrate(file: DatabaseSync, path: string): void {
  refuseForeign(file, path);
  changeToWal(file);
  file.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have done it while this one waited.
    for (const step of stepsAfter(versionOf(file))) file.exec(step);
    file.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT`);
  } catch (error) {
    // Some failures, of a full disk for example, have already ended the transaction.
    if (file.isTransaction) file.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Where another process is at the same, SQLite refuses it at once: it reads already when it asks for the lock, and whoever reads
 * does not wait to write (`sqlite3BtreeSetVersion`). What reads nothing waits.
 */
function changeToWal(file: DatabaseSync): void {
  for (;;) {
    try {
      file.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      file.exec("BEGIN EXCLUSIVE; COMMIT");
    }
  }
}

function refuseForeign(file: DatabaseSync, path: string): void {
  const version = versionOf(file);
  // In this order: another process may make the tables, and put its mark on the file with them, between the two.
  const isEmpty = numberFrom(file, "SELECT count(*) FROM sqlite_schema") === 0;
  const isOurs = isEmpty || numberFrom(file, "PRAGMA application_id") === applicationId;
  if (!isOurs) {
    throw new KvchatError(`${quoted(path)} is another program's database.`, {
      hint: "Set KVCHAT_DATA_DIR to a folder of kvchat's own.",
      exitCode: ExitCode.notFound,
    });
  }
  if (version > schemaVersion) {
    throw new KvchatError(`A newer kvchat wrote ${quoted(path)}: schema ${version}, this one knows ${schemaVersion}.`, {
      hint: "Use that newer kvchat, or set KVCHAT_DATA_DIR to another folder.",
      exitCode: ExitCode.notFound,
    });
  }
}

function versionOf(file: DatabaseSync): number {
  return numberFrom(file, "PRAGMA user_version");
}

function numberFrom(file: DatabaseSync, sql: string): number {
  return Number(Object.values(file.prepare(sql).get() ?? {})[0]);
}
