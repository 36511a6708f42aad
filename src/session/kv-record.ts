// What a session keeps of its cache: the ledger, and all that the names of its blocks are made of. Read with distrust: a record
// that does not add up is none, and the chat begins with an empty cache.
import { createHash } from "node:crypto";
import { type Chain, type Fingerprint, isKey, type Key } from "../cache/block-key.ts";
import type { Lineage } from "../cache/lineage.ts";
import { marksOf } from "../cache/marks.ts";
import { decodePieces, encodePieces, type Piece } from "../cache/pieces.ts";
import { totalLength, without } from "../cache/ranges.ts";
import type { KvRecord } from "./store/session-record.ts";
import type { Ledger } from "./token-window.ts";

/** What the save was made with. */
export interface KeptWith {
  /** Of all tokens in the cache. */
  readonly key: Key;
  readonly fingerprint: Fingerprint;
  /** `templateMark` of the chat template. */
  readonly template: string;
  /** Files of the store; undefined in what schema 1 of the database kept. */
  readonly pieces: readonly Piece[] | undefined;
}

export type KeptCache = Ledger & KeptWith;

interface Saved extends Omit<KeptCache, "whole" | "pieces"> {
  readonly version: 1;
}

export function toKvRecord({ whole, ...ledger }: Ledger, { pieces, ...with_ }: KeptWith): KvRecord {
  const saved: Saved = { version: 1, ...with_, ...ledger };
  const record = { record: JSON.stringify(saved), tokens: Uint32Array.from(whole) };
  return pieces ? { ...record, pieces: encodePieces(pieces), marks: marksOf(pieces) } : record;
}

/** Undefined for a record that is damaged, or of another version. */
export function fromKvRecord({ record, tokens, pieces: text, marks }: KvRecord): KeptCache | undefined {
  const saved = parse(record);
  if (!saved || !isSaved(saved) || !isWithin(saved, tokens.length)) return undefined;
  if (saved.cached > tokens.length - totalLength(saved.erased)) return undefined;
  const pieces = text === undefined ? undefined : decodePieces(text);
  if (text !== undefined && !pieces) return undefined;
  if (marks && !(pieces && Buffer.from(marks).equals(marksOf(pieces)))) return undefined;
  const { version: _, ...kept } = saved;
  return { ...kept, whole: Array.from(tokens), pieces };
}

/** The tokens in the cache, and what their rows depend on. */
export function chainOf({ whole, erased, cached, lineage, fingerprint }: KeptCache): Chain {
  return { fingerprint, tokens: without(whole, erased).slice(0, cached), lineage };
}

/** Stands for a chat template: the same text, the same mark. */
export function templateMark(source: string): string {
  return createHash("sha256").update(source).digest("hex").slice(0, 16);
}

function parse(text: string): Partial<Record<keyof Saved, unknown>> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSaved(value: Partial<Record<keyof Saved, unknown>>): value is Saved {
  return (
    value.version === 1 &&
    typeof value.key === "string" &&
    isKey(value.key) &&
    isFingerprint(value.fingerprint) &&
    typeof value.template === "string" &&
    [value.head, value.cached, value.evicted].every(isCount) &&
    Number.isSafeInteger(value.keep) &&
    Array.isArray(value.turns) &&
    value.turns.every(isCount) &&
    Array.isArray(value.erased) &&
    value.erased.every((range) => isCount(range?.start) && isCount(range?.end)) &&
    (value.lineage === undefined || isLineage(value.lineage))
  );
}

function isFingerprint(value: unknown): value is Fingerprint {
  return typeof value === "object" && value !== null && Object.values(value).every((part) => typeof part === "string");
}

function isLineage(value: unknown): value is Lineage {
  const { from, settled, salt } = (value ?? {}) as Partial<Lineage>;
  return isCount(from) && isCount(settled) && typeof salt === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What is erased is sorted and disjoint, turns are in order, and nothing is beyond `length`. */
function isWithin({ erased, turns, head }: Saved, length: number): boolean {
  const isSorted = erased.every(({ start, end }, index) => start < end && end <= (erased[index + 1]?.start ?? length));
  return isSorted && turns.every((start, index) => start <= (turns[index + 1] ?? length)) && head <= length;
}
