// The tables of the store, one step a schema version. A step that was released is never changed: the next one follows it.

/** Stands in the file's header, so that no other program's database is taken for ours: "kvch". */
export const applicationId = 0x6b766368;

const steps: readonly string[] = [
  `
  -- leaf_depth and excerpt are those of the leaf: a list of sessions reads no message. What is long stands last.
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    model TEXT NOT NULL,
    leaf INTEGER,
    leaf_depth INTEGER NOT NULL DEFAULT 0 CHECK ((leaf IS NULL) = (leaf_depth = 0)),
    excerpt TEXT NOT NULL DEFAULT '',
    seed INTEGER NOT NULL,
    forked_from TEXT,
    forked_turn INTEGER,
    model_path TEXT NOT NULL,
    fingerprint TEXT NOT NULL CHECK (json_valid(fingerprint)),
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    system_prompt TEXT NOT NULL,
    FOREIGN KEY (id, leaf) REFERENCES messages (session, id) DEFERRABLE INITIALLY DEFERRED
  );
  CREATE INDEX sessions_by_updated ON sessions (updated);

  -- depth: messages from the first one to this one. Parents never change, so it never does.
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session TEXT NOT NULL REFERENCES sessions (id),
    parent INTEGER,
    depth INTEGER NOT NULL CHECK (depth > 0 AND (parent IS NULL) = (depth = 1)),
    role TEXT NOT NULL CHECK (role = iif(depth % 2 = 1, 'user', 'assistant')),
    content TEXT NOT NULL,
    thinking TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('complete', 'partial')),
    stop_reason TEXT,
    tokens BLOB,
    generated_text TEXT,
    lead TEXT,
    evicted INTEGER NOT NULL CHECK (evicted IN (0, 1)),
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    UNIQUE (session, id),
    FOREIGN KEY (session, parent) REFERENCES messages (session, id) DEFERRABLE INITIALLY DEFERRED
  );
  CREATE INDEX messages_by_parent ON messages (session, parent);
  CREATE INDEX messages_partial ON messages (id) WHERE state = 'partial';

  CREATE TABLE kv (
    session TEXT PRIMARY KEY REFERENCES sessions (id),
    record TEXT NOT NULL,
    tokens BLOB NOT NULL
  );

  -- Who has a session open, to tell people. Whether it still has it, the lock on a file tells.
  CREATE TABLE holders (
    session TEXT PRIMARY KEY REFERENCES sessions (id),
    pid INTEGER NOT NULL,
    host TEXT NOT NULL
  );

  -- Trigrams find any text of three characters or more, in languages without spaces too. An answer enters when it is
  -- complete: indexing it anew each second while it grows would cost more than all of its other work.
  CREATE VIRTUAL TABLE messages_text USING fts5 (content, content = 'messages', content_rowid = 'id', tokenize = 'trigram');
  CREATE TRIGGER messages_text_insert AFTER INSERT ON messages WHEN new.state = 'complete' BEGIN
    INSERT INTO messages_text (rowid, content) VALUES (new.id, new.content);
  END;
  CREATE TRIGGER messages_text_complete AFTER UPDATE OF state ON messages
  WHEN old.state = 'partial' AND new.state = 'complete' BEGIN
    INSERT INTO messages_text (rowid, content) VALUES (new.id, new.content);
  END;
  CREATE TRIGGER messages_text_delete AFTER DELETE ON messages WHEN old.state = 'complete' BEGIN
    INSERT INTO messages_text (messages_text, rowid, content) VALUES ('delete', old.id, old.content);
  END;
  CREATE TRIGGER messages_complete_stay BEFORE UPDATE OF content, thinking, state ON messages WHEN old.state = 'complete' BEGIN
    SELECT raise(ABORT, 'a complete message does not change');
  END;
  `,
  `
  -- pieces: names and sizes of the files that the cache is made of; null in what schema 1 kept. A list of sessions reads them
  -- from the index, and neither records nor tokens.
  ALTER TABLE kv ADD COLUMN pieces TEXT;
  CREATE INDEX kv_pieces ON kv (session, pieces);
  `,
  `
  -- marks: four bytes for each of the pieces, of which a long chat has hundreds. A list of sessions reads no more, from the index.
  ALTER TABLE kv ADD COLUMN marks BLOB;
  DROP INDEX kv_pieces;
  CREATE INDEX kv_marks ON kv (session, marks);
  `,
];

/** The version that this program writes. */
export const schemaVersion = steps.length;

/** What leads from `version` to `schemaVersion`, in order. */
export function stepsAfter(version: number): readonly string[] {
  return steps.slice(version);
}
