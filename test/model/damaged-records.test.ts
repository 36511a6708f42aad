// Whatever the account of a session's cache says, damaged or another's: the next answer is the one of a chat that never stopped,
// lists and checks go on, and one check leaves all whole.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BlockStore } from "../../src/cache/block-store.ts";
import { SessionStore } from "../../src/session/store/session-store.ts";
import { cacheUse } from "../../src/session/upkeep/cache-use.ts";
import { verifySessions } from "../../src/session/upkeep/verify-sessions.ts";
import { take } from "../helpers/conversation.ts";
import { openKeptChat } from "../helpers/kept-chat.ts";
import { smollm2Path } from "../helpers/models.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const story = (animal: string) =>
  Array.from({ length: 12 }, (_, day) => `On day ${day} the ship met ${day * 3 + 1} ${animal} near isle ${day}. `).join(
    "",
  );
// An answer that a rounding otherwise does not change, and another animal does.
const turns = ["What did the ship meet?", "Which animal?"] as const;

const original = mkdtempSync(join(tmpdir(), "kvchat-records-"));
afterAll(() => rmSync(original, { recursive: true }));
let expected = "";

async function say(folder: string, name: string, said: readonly string[]): Promise<string | undefined> {
  const settings = { ctxSize: 1024, nPredict: 12 };
  await using chat = await openKeptChat({ folder, name, modelPath: await smollm2Path(), settings });
  const texts: string[] = [];
  for (const text of said) texts.push((await take(chat.send(text))).done.text);
  return texts.at(-1);
}

beforeAll(async () => {
  const [first, next] = turns;
  expected = (await say(original, "unbroken", [story("whales"), first, next])) ?? "";
  await say(original, "one", [story("whales"), first]);
  await say(original, "two", [story("goats"), first]);
});

const one = "session = (SELECT id FROM sessions WHERE name = 'one')";
const two = "(SELECT k.COLUMN FROM kv k JOIN sessions s ON s.id = k.session WHERE s.name = 'two')";
/** Puts the columns of the other session into this one. */
const taken = (...columns: string[]) =>
  `UPDATE kv SET ${columns.map((column) => `${column} = ${two.replace("COLUMN", column)}`).join()} WHERE ${one}`;
const set = (path: string, json: string) =>
  `UPDATE kv SET record = json_set(record, '$.${path}', json('${json}')) WHERE ${one}`;
const half = `UPDATE kv SET tokens = substr(tokens, 1, length(tokens) / 2) WHERE ${one}`;

const damages: readonly [what: string, sql: string, isFound: boolean][] = [
  ["another session's account", taken("record", "tokens", "pieces", "marks"), false],
  ["another session's tokens", taken("tokens"), true],
  ["another session's record", taken("record"), true],
  ["another session's pieces", taken("pieces"), true],
  ["another session's marks", taken("marks"), true],
  [
    "another session's key",
    `UPDATE kv SET record = json_set(record, '$.key', json_extract(${two.replace("COLUMN", "record")}, '$.key')) WHERE ${one}`,
    true,
  ],
  ["half of the tokens", half, true],
  ["half of the tokens, and a cache of as many", `${half}; ${set("cached", "200")}`, true],
  ["tokens that are none", `UPDATE kv SET tokens = zeroblob(length(tokens)) WHERE ${one}`, true],
  ["erased ranges out of order", set("erased", '[{"start":9,"end":12},{"start":3,"end":5}]'), true],
  ["an erased range that never was", set("erased", '[{"start":3,"end":5}]'), true],
  ["an eviction that never was", set("lineage", '{"from":4,"settled":9,"salt":"x"}'), true],
  ["turns beyond the end, out of order", set("turns", "[9007199254740991,2]"), true],
  ["huge numbers", `${set("cached", "1e300")}; ${set("evicted", "1e300")}`, true],
  ["wrong types", `${set("head", '"1"')}; ${set("fingerprint", "[5]")}`, true],
  ["no JSON", `UPDATE kv SET record = substr(record, 1, 100) WHERE ${one}`, true],
  ["pieces cut short", `UPDATE kv SET pieces = substr(pieces, 1, 100) WHERE ${one}`, true],
  [
    "pieces that are paths",
    `UPDATE kv SET pieces = replace(pieces, substr(pieces, 2, 12), '../../../etc') WHERE ${one}`,
    true,
  ],
];

test.each(damages)("%s", async (_what, sql, isFound) => {
  const folder = tempFolder();
  cpSync(original, folder, { recursive: true });
  const db = new DatabaseSync(join(folder, "data", "sessions.db"));
  db.exec(sql);
  db.close();
  const checked = tempFolder();
  cpSync(folder, checked, { recursive: true });

  expect(await say(folder, "one", turns.slice(1))).toBe(expected);

  using store = new SessionStore(join(checked, "data"));
  const blocks = await BlockStore.open(join(checked, "cache", "kv"));
  for (const { tokens, bytes } of (await cacheUse(store, blocks)).values()) {
    expect([tokens, bytes].every(Number.isSafeInteger)).toBe(true);
  }
  const { dropped, isWhole } = await verifySessions(store, blocks);
  expect([dropped.map(({ name }) => name), isWhole]).toEqual([isFound ? ["one"] : [], true]);
  expect((await verifySessions(store, blocks)).dropped).toEqual([]);
});
