// Puts an imported session into the store, with names and ids of its own.
import type { Database } from "./database.ts";
import type { ImportedSession } from "./imported-session.ts";
import { insertMessage, moveLeaf } from "./message-rows.ts";
import { checkName, nameFromText, uniqueName } from "./session-name.ts";
import type { SessionRecord } from "./session-record.ts";
import { insertSession, isTaken, readSession } from "./session-rows.ts";

export function insertImported(db: Database, imported: ImportedSession, name?: string): SessionRecord {
  const { facts, created, messages, leaf } = imported;
  return db.transaction(() => {
    const wanted = name ?? uniqueName(nameOf(imported), (candidate) => isTaken(db, candidate));
    const { id } = insertSession(db, { ...facts, created, name: wanted });
    const ids = new Map<number | null, number>();
    for (const message of messages) {
      ids.set(message.id, insertMessage(db, id, ids.get(message.parent) ?? null, message));
    }
    moveLeaf(db, id, ids.get(leaf) ?? null);
    return readSession(db, id);
  });
}

/** The name that it had, where that is one. */
function nameOf({ name, messages }: ImportedSession): string {
  try {
    if (name !== undefined) return checkName(name);
  } catch {}
  return nameFromText(name ?? messages[0]?.content ?? "");
}
