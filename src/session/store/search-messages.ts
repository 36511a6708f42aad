// Finds messages by the words in them, in the sessions of all times, without reading those that lack them.
import type { Database } from "./database.ts";
import type { SearchHit } from "./session-record.ts";

type Found = Omit<SearchHit, "line"> & { content: string };

/** The index knows runs of three characters; what is shorter is looked for in the text itself. */
const indexedCharacters = 3;

const found = `SELECT m.id AS message, m.session, s.name, m.role, m.content, m.created
  FROM messages m JOIN sessions s ON s.id = m.session`;

/** Messages that hold every word of `text`, also inside of longer words, in lower or upper case; newest first. */
export function searchMessages(db: Database, text: string, limit: number): SearchHit[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  const hits = [...findPartial(db, words, limit), ...findComplete(db, words, limit)];
  return hits
    .sort((a, b) => b.message - a.message)
    .slice(0, limit)
    .map(({ content, ...hit }) => ({ ...hit, line: bestLine(content, words) }));
}

function findComplete(db: Database, words: readonly string[], limit: number): Found[] {
  const indexed = words.filter((word) => [...word].length >= indexedCharacters);
  const others = words.filter((word) => !indexed.includes(word));
  const conditions = others.map(() => "m.content LIKE ? ESCAPE '\\'");
  if (indexed.length > 0) {
    conditions.unshift("m.id IN (SELECT rowid FROM messages_text WHERE messages_text MATCH ?)");
  }
  return db.all<Found>(
    `${found} WHERE m.state = 'complete' AND ${conditions.join(" AND ")} ORDER BY m.id DESC LIMIT ?`,
    ...(indexed.length > 0 ? [indexed.map(asString).join(" AND ")] : []),
    ...others.map(asPattern),
    limit,
  );
}

/** Answers that were never finished are few, and not in the index. */
function findPartial(db: Database, words: readonly string[], limit: number): Found[] {
  const conditions = words.map(() => "m.content LIKE ? ESCAPE '\\'");
  return db.all<Found>(
    `${found} WHERE m.state = 'partial' AND ${conditions.join(" AND ")} ORDER BY m.id DESC LIMIT ?`,
    ...words.map(asPattern),
    limit,
  );
}

/** In double quotes nothing has a meaning to FTS5: https://www.sqlite.org/fts5.html#fts5_strings */
function asString(word: string): string {
  return `"${word.replaceAll('"', '""').replaceAll("\0", "")}"`;
}

function asPattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, "\\$&")}%`;
}

/** The line with the most of the words. */
function bestLine(content: string, words: readonly string[]): string {
  const wanted = words.map((word) => word.toLowerCase());
  const score = (line: string) => wanted.filter((word) => line.toLowerCase().includes(word)).length;
  return content.split(/\r\n?|\n/).reduce((best, line) => (score(line) > score(best) ? line : best));
}
