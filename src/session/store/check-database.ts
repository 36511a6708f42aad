// What must hold of the database of sessions beyond what SQLite itself keeps: looked for, told, and repaired where it can be.
import type { Database } from "./database.ts";
import { excerptCharacters } from "./message-rows.ts";

/** Something that was wrong. */
export interface Finding {
  readonly problem: string;
  readonly isRepaired: boolean;
}

interface Check {
  readonly problem: string;
  /** Selects what is wrong. */
  readonly wrong: string;
  /** Without it there is nothing to be done. */
  readonly repair?: readonly string[];
}

const excerpt = (content: string) => `substr(ifnull(${content}, ''), 1, ${excerptCharacters})`;

const rebuildIndex = [
  "INSERT INTO messages_text (messages_text) VALUES ('rebuild')",
  // An answer enters when it is complete.
  `INSERT INTO messages_text (messages_text, rowid, content)
     SELECT 'delete', id, content FROM messages WHERE state <> 'complete'`,
];

const checks: readonly Check[] = [
  {
    problem: "caches are kept of sessions that are gone",
    wrong: "SELECT session FROM kv WHERE session NOT IN (SELECT id FROM sessions)",
    repair: ["DELETE FROM kv WHERE session NOT IN (SELECT id FROM sessions)"],
  },
  {
    problem: "sessions that are gone are marked as open",
    wrong: "SELECT session FROM holders WHERE session NOT IN (SELECT id FROM sessions)",
    repair: ["DELETE FROM holders WHERE session NOT IN (SELECT id FROM sessions)"],
  },
  { problem: "messages or sessions name others that are gone", wrong: "PRAGMA foreign_key_check" },
  {
    problem: "messages do not follow one another as questions and answers",
    wrong: `SELECT m.id FROM messages m LEFT JOIN messages p ON p.id = m.parent
      WHERE m.depth <> 1 + ifnull(p.depth, 0) OR p.session <> m.session OR p.role = m.role OR p.id >= m.id`,
  },
  {
    problem: "the list of sessions shows what was not said last",
    wrong: `SELECT s.id FROM sessions s LEFT JOIN messages m ON m.id = s.leaf
      WHERE s.leaf_depth <> ifnull(m.depth, 0) OR s.excerpt <> ${excerpt("m.content")}`,
    repair: [
      `UPDATE sessions SET leaf_depth = ifnull((SELECT depth FROM messages WHERE id = leaf), 0),
         excerpt = ${excerpt("(SELECT content FROM messages WHERE id = leaf)")}`,
    ],
  },
  {
    problem: "messages are missing in the index of the search, or are gone and still in it",
    wrong: `SELECT id FROM (SELECT id FROM messages_text_docsize EXCEPT SELECT id FROM messages WHERE state = 'complete')
      UNION ALL SELECT id FROM (SELECT id FROM messages WHERE state = 'complete' EXCEPT SELECT id FROM messages_text_docsize)`,
    repair: rebuildIndex,
  },
];

/** Looks for everything, and repairs what can be. */
export function checkDatabase(db: Database): Finding[] {
  // First, because SQLite's own check tells of the index too.
  const index = checkIndex(db);
  const broken = db.all<{ integrity_check: string }>("PRAGMA integrity_check").map((row) => row.integrity_check);
  if (broken[0] !== "ok") return [...index, ...broken.map((problem) => ({ problem, isRepaired: false }))];
  return [...index, ...checks.flatMap((check) => runCheck(db, check))];
}

function runCheck(db: Database, { problem, wrong, repair = [] }: Check): Finding[] {
  return db.transaction(() => {
    if (db.all(wrong).length === 0) return [];
    for (const sql of repair) db.run(sql);
    return [{ problem, isRepaired: repair.length > 0 && db.all(wrong).length === 0 }];
  });
}

function checkIndex(db: Database): Finding[] {
  if (succeeds(() => testIndex(db))) return [];
  const isRebuilt = succeeds(() => db.transaction(() => rebuildIndex.forEach((sql) => void db.run(sql))));
  const isRepaired = isRebuilt && succeeds(() => testIndex(db));
  return [{ problem: "the index of the search is damaged", isRepaired }];
}

function testIndex(db: Database): void {
  db.run("INSERT INTO messages_text (messages_text) VALUES ('integrity-check')");
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
