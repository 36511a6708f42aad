// Why a turn reads what was read before, case by case.
import { expect, test } from "vitest";
import { explainReuse, type ReuseFacts } from "../../src/session/explain-reuse.ts";

/** A head of 4 tokens, one turn of 6 whose last two open the next question, and a question of 3. */
const wanted = [1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 20, 21, 22];
const turns = [
  { start: 4, end: 10, tail: 2 },
  { start: 10, end: 13, tail: 0 },
];
const facts: ReuseFacts = {
  before: wanted.slice(0, 8),
  wanted,
  prompt: { head: 4, turns },
  question: 10,
  live: 8,
  reused: 8,
  evicted: 0,
  canShift: true,
};

test.each<[string, Partial<ReuseFacts>, object]>([
  ["all that was said is there", {}, { prompt: 13, reused: 8, restored: 0, again: 0, obstacle: undefined }],
  ["the last token of an answer was never evaluated", { live: 7, reused: 7 }, { again: 0, obstacle: undefined }],
  ["some came from the disk", { before: [], live: 0, reused: 8 }, { reused: 8, restored: 8, again: 0 }],
  ["nothing was there", { before: [], live: 0, reused: 0 }, { again: 8, obstacle: "empty" }],
  ["the cache ended early", { before: [1, 2, 3, 4, 10], live: 5, reused: 5 }, { again: 3, obstacle: "not kept" }],
  [
    "another system prompt",
    { before: [1, 9, 3, 4, 10, 11, 12, 13], live: 1, reused: 1 },
    { again: 7, obstacle: "system prompt changed" },
  ],
  ["another answer", { before: [1, 2, 3, 4, 10, 9, 9, 9], live: 5, reused: 5 }, { again: 3, obstacle: "text changed" }],
  [
    "cells that cannot be cut",
    { before: [1, 2, 3, 4, 10, 11, 9, 9], live: 0, reused: 0 },
    { again: 8, obstacle: "cannot go back" },
  ],
  [
    "cells that cannot be moved",
    { before: [7, 7, 7], live: 4, reused: 4, evicted: 30, canShift: false },
    { again: 4, obstacle: "cannot shift" },
  ],
])("%s", (_name, changes, wantedReuse) => {
  expect(explainReuse({ ...facts, ...changes })).toMatchObject(wantedReuse);
});

test("a first question has nothing to read again; after a chat that was cleared the head is there", () => {
  const first = { ...facts, prompt: { head: 4, turns: turns.slice(1) }, question: 4 };
  expect(explainReuse({ ...first, before: [], live: 0, reused: 0 })).toMatchObject({ again: 0, obstacle: undefined });
  expect(explainReuse({ ...first, live: 4, reused: 4 })).toMatchObject({ again: 0, obstacle: undefined });
  expect(explainReuse({ ...first, before: [9, 9], live: 0, reused: 0 })).toMatchObject({
    again: 4,
    obstacle: "system prompt changed",
  });
});
