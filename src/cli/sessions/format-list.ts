// The table of `kvchat sessions`: a line a session, the newest first.
import prettyBytes from "pretty-bytes";
import { printable } from "../chat/printable.ts";
import { columnsOf, cutToColumns, padToColumns } from "./cut-to-columns.ts";
import type { SessionLine } from "./list-sessions.ts";

const gap = 2;
const narrowestExcerpt = 12;
const head = ["NAME", "MODEL", "TURNS", "TOKENS", "KV", "AGE", "LAST"];

/** Ends in a newline. What was said last is cut to the room that `columns` leave, and left out where that is none. */
export function formatList(sessions: readonly SessionLine[], columns: number, now: number = Date.now()): string {
  const rows = sessions.map(({ name, model, turns, kvTokens, kvBytes, updated, excerpt }) => {
    const cache = kvTokens > 0 ? [String(kvTokens), kvBytes > 0 ? prettyBytes(kvBytes) : "0 B"] : ["-", "-"];
    return [
      printable(name),
      printable(model) || "-",
      String(turns),
      ...cache,
      ageOf(now - updated),
      printable(excerpt),
    ];
  });
  const table = [head, ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    table.reduce((most, row) => Math.max(most, columnsOf(row[column] ?? "")), 0),
  );
  const room = columns - widths.reduce((sum, width) => sum + width + gap, 0);
  const lines = table.map((row) => {
    const cells = widths.map((width, column) => padToColumns(row[column] ?? "", width + gap));
    return (cells.join("") + (room < narrowestExcerpt ? "" : cutToColumns(row[6] ?? "", room))).trimEnd();
  });
  return `${lines.join("\n")}\n`;
}

/** `3 min`, `5 h`, `12 days`: as coarse as one remembers it. */
export function ageOf(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  const days = Math.floor(minutes / (24 * 60));
  return days === 1 ? "1 day" : `${days} days`;
}
