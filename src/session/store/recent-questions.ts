// What people have said lately, in the chats of all times: the history of the input.
import type { Database } from "./database.ts";

/** Read at once. Some messages are long: of those, fewer are read. */
const pageRows = 100;
const mostCharacters = 4_000_000;

type Row = { id: number; content: string; created: number };

/** The newest `limit` questions of any branch, oldest first, each once. */
export function readRecentQuestions(db: Database, limit: number): string[] {
  const found = new Map<string, number>();
  let before = Number.MAX_SAFE_INTEGER;
  for (let characters = 0; found.size < limit && characters < mostCharacters; ) {
    const page = db.all<Row>(
      "SELECT id, content, created FROM messages WHERE role = 'user' AND id < ? ORDER BY id DESC LIMIT ?",
      before,
      pageRows,
    );
    for (const { content, created } of page) {
      found.set(content, Math.max(created, found.get(content) ?? 0));
      characters += content.length;
    }
    before = page.at(-1)?.id ?? 0;
    if (page.length < pageRows) break;
  }
  // Forks and imports have new rows for what was said long ago.
  const newestFirst = [...found].sort(([, a], [, b]) => b - a).slice(0, limit);
  return newestFirst.map(([content]) => content).reverse();
}
