// One process at a time fetches a model. The lock is SQLite's lock on an empty file: the system itself frees it when its
// holder dies, however it dies, so none is ever left behind.
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

const retryMs = 150;
const sqliteBusy = 5;

/** Takes the lock at `path` or returns undefined where another process, or another call, holds it. */
export async function tryLock(path: string): Promise<Disposable | undefined> {
  const { DatabaseSync } = await import("node:sqlite");
  const database: DatabaseSync = new DatabaseSync(path, { timeout: 0 });
  try {
    // No journal on disk: nothing is ever written, and a killed holder would leave its empty journal behind.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === sqliteBusy) return undefined;
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}

/** Waits for the lock at `path`; `onWait` is called once where it is not free. Rejects when the signal aborts. */
export async function waitForLock(path: string, onWait?: () => void, signal?: AbortSignal): Promise<Disposable> {
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    const lock = await tryLock(path);
    if (lock) return lock;
    if (tries === 0) onWait?.();
    await pause(retryMs, undefined, { signal });
  }
}
