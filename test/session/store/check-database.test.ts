// What can go wrong in the database of sessions is found, repaired where that can be done, and told where not.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { contents, expectWhole, openStore, sessionOf } from "../../helpers/store.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

function storeWithChat() {
  const folder = tempFolder();
  const store = openStore(folder);
  const { id } = sessionOf(store, ["Where is the harbour?", "Down the hill.", "And the castle?"]);
  store.beginAnswer(id).save({ content: "Up", thinking: "" });
  const harm = (sql: string) => {
    const db = new DatabaseSync(join(folder, "sessions.db"), { defensive: false });
    db.exec(`PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; ${sql}`);
    db.close();
  };
  return { folder, store, id, harm };
}

test("a store in which nothing is wrong", () => {
  expect(storeWithChat().store.check()).toEqual([]);
});

test.each([
  [
    "INSERT INTO messages_text (messages_text, rowid, content) VALUES ('delete', 1, 'Where is the harbour?')",
    "missing in the index",
  ],
  ["INSERT INTO messages_text (rowid, content) VALUES (77, 'gone')", "gone and still in it"],
  ["DELETE FROM messages_text_data WHERE id > 10", "index"],
  ["UPDATE sessions SET excerpt = 'never said', leaf_depth = 9", "not said last"],
  ["INSERT INTO kv (session, record, tokens) VALUES ('nobody', '{}', x'')", "sessions that are gone"],
  ["INSERT INTO holders VALUES ('nobody', 1, 'here')", "marked as open"],
])("%s: found and repaired, the words as they were", (sql, problem) => {
  const { folder, store, id, harm } = storeWithChat();
  const said = contents(store, id);
  harm(sql);
  const found = store.check();
  expect(found.map((finding) => finding.problem).join()).toContain(problem);
  expect(found.every(({ isRepaired }) => isRepaired)).toBe(true);
  expect(store.check()).toEqual([]);
  expectWhole(folder);
  expect(contents(store, id)).toEqual(said);
  expect(store.search("harbour")).toHaveLength(1);
});

test.each([
  ["UPDATE messages SET depth = 4 WHERE id = 2", "questions and answers"],
  ["UPDATE messages SET role = 'system' WHERE id = 3", "CHECK constraint"],
  ["UPDATE messages SET parent = 99 WHERE id = 3", "name others that are gone"],
])("%s: found and told, and left as it is", (sql, problem) => {
  const { store, id, harm } = storeWithChat();
  harm(sql);
  for (const found of [store.check(), store.check()]) {
    expect(found.some((finding) => finding.problem.includes(problem) && !finding.isRepaired)).toBe(true);
  }
  expect(store.loadTree(id).messages).toHaveLength(4);
});
