// What a session keeps of its cache comes back as it was, and nothing that is damaged does.
import fc from "fast-check";
import { expect, test } from "vitest";
import { chainOf, fromKvRecord, toKvRecord } from "../../src/session/kv-record.ts";

const ledger = {
  whole: [1, 2, 3, 4, 5, 6, 7, 8],
  erased: [{ start: 2, end: 4 }],
  turns: [1, 5],
  head: 1,
  keep: -1,
  cached: 5,
  lineage: { from: 2, settled: 5, salt: "past" },
  evicted: 2,
};
const pieces = [
  { kind: "block", key: "b".repeat(64), tokens: 256, bytes: 5_898_240 },
  { kind: "tail", key: "a".repeat(64), tokens: 300, bytes: 1_013_760 },
] as const;
const keptWith = { key: "a".repeat(64), fingerprint: { model: "m", rotation: "on" }, template: "0123", pieces };
const record = toKvRecord(ledger, keptWith);
const changed = (changes: object) => ({
  ...record,
  record: JSON.stringify({ ...JSON.parse(record.record), ...changes }),
});

test("what was kept comes back, and names the tokens in the cache", () => {
  const kept = fromKvRecord(record);
  expect(kept).toEqual({ ...ledger, ...keptWith });
  expect(kept && chainOf(kept)).toEqual({
    fingerprint: keptWith.fingerprint,
    tokens: [1, 2, 5, 6, 7],
    lineage: ledger.lineage,
  });
});

test.each<[string, object]>([
  ["another version", { version: 2 }],
  ["no key", { key: "../../etc/passwd" }],
  ["a fingerprint that is no text", { fingerprint: { model: 5 } }],
  ["no template", { template: undefined }],
  ["more tokens in the cache than there are", { cached: 7 }],
  ["a negative count", { evicted: -1 }],
  ["a count that is no number", { head: "1" }],
  ["an erased range without an end", { erased: [{ start: 2 }] }],
  [
    "erased ranges that overlap",
    {
      cached: 2,
      erased: [
        { start: 1, end: 3 },
        { start: 2, end: 4 },
      ],
    },
  ],
  ["an erased range beyond the tokens", { erased: [{ start: 6, end: 9 }] }],
  ["turns that are no places", { turns: [1, null] }],
  ["turns out of order", { turns: [5, 1] }],
  ["a turn beyond the tokens", { turns: [1, 9] }],
  ["a head beyond the tokens", { head: 9 }],
  ["huge numbers", { keep: 1e300 }],
  ["half a lineage", { lineage: { from: 2 } }],
])("%s is no record", (_what, changes) => expect(fromKvRecord(changed(changes))).toBeUndefined());

test.each<[string, string]>([
  ["pieces cut short", record.pieces?.slice(0, -1) ?? ""],
  ["a piece of no kind", `x${record.pieces?.slice(1)}`],
  ["a piece whose key is none", `b/${record.pieces?.slice(2)}`],
  ["a piece of no length", `${record.pieces?.slice(0, -1)}-`],
])("%s: no record", (_what, damaged) => expect(fromKvRecord({ ...record, pieces: damaged })).toBeUndefined());

test("marks of other pieces: no record", () => {
  expect(fromKvRecord({ ...record, marks: Uint8Array.of(0, 0, 0, 1) })).toBeUndefined();
});

test("a record from before there were pieces is one", () => {
  expect(fromKvRecord({ ...record, pieces: undefined, marks: undefined })).toEqual({
    ...ledger,
    ...keptWith,
    pieces: undefined,
  });
});

test("any damage to the text gives a record or none, never an error", () => {
  const text = record.record;
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.nat(20), fc.string({ maxLength: 3 }), (at, gone, put) => {
      const damaged = fromKvRecord({ ...record, record: text.slice(0, at) + put + text.slice(at + gone) });
      if (damaged) chainOf(damaged);
    }),
  );
  for (const json of ["null", "[]", "5", '"text"', "{}"])
    expect(fromKvRecord({ ...record, record: json })).toBeUndefined();
});
