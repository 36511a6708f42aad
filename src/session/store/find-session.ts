// From what a person typed to a session: its name, its id, or the beginning of either.
import { distance } from "fastest-levenshtein";
import { ExitCode, KvchatError } from "../errors.ts";
import { quoted } from "../models/quoted.ts";
import type { Database } from "./database.ts";
import type { SessionRecord } from "./session-record.ts";
import { readSession } from "./session-rows.ts";

type Known = Pick<SessionRecord, "id" | "name">;

const mostNames = 3;

/** Throws a KvchatError that names the nearest sessions, or all that begin so. */
export function findSession(db: Database, given: string): SessionRecord {
  const text = given.normalize("NFC").trim();
  const exact = db.get<Known>("SELECT id, name FROM sessions WHERE name = ?1 OR id = ?1", text);
  if (exact) return readSession(db, exact.id);
  const known = db.all<Known>("SELECT id, name FROM sessions ORDER BY updated DESC, rowid DESC");
  const begun = text === "" ? [] : known.filter(({ id, name }) => name.startsWith(text) || id.startsWith(text));
  const [only, second] = begun;
  if (!only) throw notFound(text, known);
  if (second) throw ambiguous(text, begun);
  return readSession(db, only.id);
}

function notFound(text: string, known: readonly Known[]): KvchatError {
  return new KvchatError(`There is no session ${quoted(text)}.`, {
    hint: known.length === 0 ? "None was saved yet." : `The nearest: ${nearest(text, known).join(", ")}.`,
    exitCode: ExitCode.notFound,
  });
}

function ambiguous(text: string, begun: readonly Known[]): KvchatError {
  const names = begun.slice(0, mostNames).map(({ name, id }) => `${name} (${id})`);
  const more = begun.length > mostNames ? " and others" : "";
  return new KvchatError(`${begun.length} sessions begin with ${quoted(text)}.`, {
    hint: `Write more of it: ${names.join(", ")}${more}.`,
    exitCode: ExitCode.usage,
  });
}

function nearest(text: string, known: readonly Known[]): string[] {
  return known
    .map(({ name }) => ({ name, slips: distance(text, name) }))
    .sort((a, b) => a.slips - b.slips)
    .slice(0, mostNames)
    .map(({ name }) => name);
}
