// Another session that begins as one that is there: its rows are copied, the blocks of its KV cache are shared.
import { ExitCode, KvchatError } from "../errors.ts";
import type { Database } from "./database.ts";
import { copyKv } from "./kv-rows.ts";
import { markEvicted, moveLeaf } from "./message-rows.ts";
import { uniqueName } from "./session-name.ts";
import type { SessionRecord } from "./session-record.ts";
import { insertSession, isTaken, readSession } from "./session-rows.ts";

export interface ForkOptions {
  /** The last turn to take along, from 1; 0 takes the settings alone. Without it: all of the current branch. */
  readonly atTurn?: number;
  /** Without it: the session's name with a number. */
  readonly name?: string;
}

/** Copies the current branch up to the turn, and what the cache layer keeps. Works beside the process that has it open. */
export function forkSession(db: Database, id: string, { atTurn, name }: ForkOptions): SessionRecord {
  return db.transaction(() => {
    const origin = readSession(db, id);
    const branch = readBranchIds(db, id, origin.leaf);
    const turns = Math.ceil(branch.length / 2);
    const turn = checkTurn(atTurn ?? turns, turns);
    const fork = insertSession(db, {
      ...origin,
      created: undefined,
      forkedFrom: { id, turn },
      name: name ?? uniqueName(origin.name, (candidate) => isTaken(db, candidate)),
    });
    moveLeaf(db, fork.id, copyMessages(db, fork.id, branch.slice(0, 2 * turn)));
    // What has left the window since may have been inside of it then: the policy decides anew.
    if (turn < turns) markEvicted(db, fork.id, []);
    copyKv(db, id, fork.id);
    return readSession(db, fork.id);
  });
}

function readBranchIds(db: Database, session: string, leaf: number | null): number[] {
  const rows = db.all<{ id: number }>(
    `WITH RECURSIVE branch (id, parent, depth) AS (
       SELECT id, parent, depth FROM messages WHERE session = ? AND id = ?
       UNION ALL SELECT m.id, m.parent, m.depth FROM branch JOIN messages m ON m.id = branch.parent)
     SELECT id FROM branch ORDER BY depth`,
    session,
    leaf,
  );
  return rows.map(({ id }) => id);
}

function checkTurn(turn: number, turns: number): number {
  if (Number.isInteger(turn) && turn >= 0 && turn <= turns) return turn;
  throw new KvchatError(`There is no turn ${turn} to fork at.`, {
    hint: `Give a number from 0 to ${turns}; 0 takes the settings alone.`,
    exitCode: ExitCode.usage,
  });
}

/** Returns the last copy's id; null where there is nothing to copy. */
function copyMessages(db: Database, session: string, ids: readonly number[]): number | null {
  const columns =
    "depth, role, content, thinking, state, stop_reason, tokens, generated_text, lead, evicted, created, updated";
  let parent: number | null = null;
  for (const id of ids) {
    const copy: { id: number } | undefined = db.get(
      `INSERT INTO messages (session, parent, ${columns}) SELECT ?, ?, ${columns} FROM messages WHERE id = ? RETURNING id`,
      session,
      parent,
      id,
    );
    parent = copy?.id ?? parent;
  }
  return parent;
}
