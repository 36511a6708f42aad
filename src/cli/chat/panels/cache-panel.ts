// `/cache`: the context as a strip with its legend, what stands in it message by message, and what is to be known of it. Pure.
import stringWidth from "string-width";
import type { CachedPart, CacheReport } from "../../../session/cache-report.ts";
import type { CacheUsage, Message } from "../../../session/conversation-api.ts";
import { cutToColumns } from "../../sessions/cut-to-columns.ts";
import type { StripPart } from "../glyphs.ts";
import type { Look } from "../look.ts";
import { excerpt, oneLine } from "../turn-notes.ts";
import { bytes, count, plural } from "./amounts.ts";
import { nextWords, reuseWords, sharedWords, typesWords } from "./cache-words.ts";
import { strip, stripTokens } from "./strip.ts";
import { type TableRow, tableRows } from "./table-rows.ts";

export interface CacheFacts {
  readonly usage: CacheUsage;
  readonly report: CacheReport;
  readonly messages: readonly Message[];
  /** Whether the chat is kept on the disk. */
  readonly isKept: boolean;
}

/** Columns of the strip, and of what is read aloud of a message. */
const mostColumns = 60;
/** What the names of the facts take, and what is left at the least for what is said of them. */
const [factColumns, leastFactColumns] = [13, 24];
/** Messages that are listed one by one: the first of them leave next, the last were said last. */
const [firstListed, lastListed] = [4, 8];
const legend: Record<StripPart, string> = {
  system: "system",
  evicted: "evicted",
  turns: "turns",
  turn: "this turn",
  free: "free",
};
const speakers: Record<CachedPart["kind"], string> = {
  system: "system",
  user: "you",
  assistant: "model",
  gone: "no longer part of the chat",
};

export function cachePanel(facts: CacheFacts, { columns, look }: { columns: number; look: Look }): string {
  const { usage } = facts;
  if (look.isForScreenReader) return spokenPanel(facts);
  const cells = Math.min(mostColumns, columns);
  const gauge = strip(usage, cells, look.glyphs)
    .map(({ text }) => text)
    .join("");
  const entries = Object.entries(stripTokens(usage)) as [StripPart, number][];
  const legends = entries.map(([part, tokens]) => `${look.glyphs.strip[part]} ${legend[part]} ${count(tokens)}`);
  const table = tableRows(factRows(facts, columns - factColumns), columns);
  return [gauge, pack(legends, columns, "   "), "", ...partRows(facts, columns, look), "", table].join("\n");
}

function factRows({ usage, report, isKept }: CacheFacts, columns: number): TableRow[] {
  const { now, others } = typesWords(report.types, usage.kv);
  return [
    ["context", `${count(usage.used)} of ${count(usage.contextSize)} tokens, ${bytes(usage.usedBytes)}`],
    ["last turn", reuseWords(report)],
    ["leaves next", nextWords(report.next)],
    ["window", usage.windowPolicy],
    ["on disk", sharedWords(report.shared, isKept)],
    ["types", now],
    ["others", pack(others, Math.max(columns, leastFactColumns), ", ")],
  ].filter((row): row is [string, string] => row[1] !== "");
}

interface PartRow {
  readonly part: StripPart;
  readonly tokens: number;
  /** Undefined for what is not in the cache. */
  readonly bytes: number | undefined;
  readonly text: string;
}

function listParts({ usage, report: { parts }, messages }: CacheFacts): PartRow[] {
  const latest = parts.findLastIndex(({ kind }) => kind === "user");
  const rows = parts.map((part, index): PartRow => {
    const place = part.kind === "system" ? "system" : index >= latest ? "turn" : "turns";
    const text = part.text === "" ? speakers[part.kind] : `${speakers[part.kind]}: ${oneLine(part.text)}`;
    return { part: place, tokens: part.tokens, bytes: part.bytes, text };
  });
  const gone = messages.filter(({ role, evicted }) => role === "user" && evicted);
  const last = gone.at(-1);
  const which = last ? `${plural(gone.length, "turn")} up to “${excerpt(last.content)}”` : "of the turns below";
  const left: PartRow[] =
    usage.evicted > 0 ? [{ part: "evicted", tokens: usage.evicted, bytes: undefined, text: `has left: ${which}` }] : [];
  const [system, ...turns] = rows;
  return [...(system ? [system] : []), ...left, ...shorten(turns)];
}

function shorten(rows: readonly PartRow[]): PartRow[] {
  if (rows.length <= firstListed + lastListed + 1) return [...rows];
  const between = rows.slice(firstListed, -lastListed);
  const sum = (field: "tokens" | "bytes") => between.reduce((total, row) => total + (row[field] ?? 0), 0);
  const text = `${count(between.length)} messages between`;
  const row: PartRow = { part: "turns", tokens: sum("tokens"), bytes: sum("bytes"), text };
  return [...rows.slice(0, firstListed), row, ...rows.slice(-lastListed)];
}

function partRows(facts: CacheFacts, columns: number, { glyphs }: Look): string[] {
  const rows = listParts(facts).map((row) => ({
    ...row,
    tokens: count(row.tokens),
    bytes: row.bytes === undefined ? "" : bytes(row.bytes),
  }));
  const width = (field: "tokens" | "bytes") => Math.max(field.length, ...rows.map((row) => row[field].length));
  const [tokenColumns, byteColumns] = [width("tokens"), width("bytes")];
  const header = `  ${"tokens".padStart(tokenColumns)}  ${"bytes".padStart(byteColumns)}`;
  const lines = rows.map(({ part, tokens, bytes: size, text }) => {
    const left = `${glyphs.strip[part]} ${tokens.padStart(tokenColumns)}  ${size.padStart(byteColumns)}  `;
    return left + cutToColumns(text, Math.max(1, columns - stringWidth(left)));
  });
  return [header, ...lines];
}

/** Entries side by side, as many to a line as have room. */
function pack(entries: readonly string[], columns: number, gap: string): string {
  const lines: string[] = [];
  for (const entry of entries) {
    const longer = lines.length > 0 ? `${lines.at(-1)}${gap}${entry}` : entry;
    if (lines.length > 0 && stringWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(entry);
  }
  return lines.join("\n");
}

function spokenPanel(facts: CacheFacts): string {
  const parts = listParts(facts).map(({ tokens, bytes: size, text }) =>
    [plural(tokens, "token"), size === undefined ? "" : bytes(size), cutToColumns(text, mostColumns)]
      .filter((word) => word !== "")
      .join(", "),
  );
  const rows = factRows(facts, Number.POSITIVE_INFINITY).map(
    ([name, words]) => `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${words}.`,
  );
  return [...rows, "In the cache, in its order:", ...parts].join("\n");
}
