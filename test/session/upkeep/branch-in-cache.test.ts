// How much of a cache belongs to the branch that a chat goes on with, by the tokens of its answers.
import { expect, test } from "vitest";
import { branchInCache } from "../../../src/session/upkeep/branch-in-cache.ts";

/** Head 1 2; a turn asks 10, is answered 20 21, another asks 10, is answered 20 22. Nothing else is between them. */
const kept = { whole: [1, 2, 10, 20, 21, 10, 20, 22], erased: [], turns: [2, 5], head: 2, cached: 8 };
const asked = { role: "user", evicted: false } as const;
const answered = (...tokens: number[]) => ({
  role: "assistant" as const,
  evicted: false,
  generated: { tokens, text: "", lead: "" },
});

test("all of a chat that goes on as it was kept", () => {
  const said = [asked, answered(20, 21), asked, answered(20, 22)];
  expect(branchInCache(kept, said)).toBe(8);
});

test("an answer that was cut off lacks its last token", () => {
  const said = [asked, answered(20, 21), asked, answered(20, 22, 23)];
  expect(branchInCache(kept, said)).toBe(8);
});

test("a copy of the first turn ends with its answer, though a later one has the same tokens", () => {
  const repeated = { ...kept, whole: [1, 2, 10, 20, 21, 10, 20, 21] };
  expect(branchInCache(repeated, [asked, answered(20, 21)])).toBe(5);
});

test("an answer that another has replaced, or that came after the save, is missing with all that follows", () => {
  expect(branchInCache(kept, [asked, answered(30, 31), asked, answered(20, 22)])).toBe(2);
  const longer = [asked, answered(20, 21), asked, answered(20, 22), asked, answered(40, 41)];
  expect(branchInCache(kept, longer)).toBe(8);
});

test("turns outside the window are not looked for, and erased tokens are not counted", () => {
  const gone = { ...answered(90, 91), evicted: true };
  const slid = { ...kept, erased: [{ start: 3, end: 5 }], cached: 6 };
  const said = [{ ...asked, evicted: true }, gone, asked, answered(20, 21), asked, answered(20, 22)];
  expect(branchInCache(slid, said)).toBe(6);
});

test("an answer from elsewhere, whose tokens are not known, is taken for the one of its turn", () => {
  const said = [asked, { role: "assistant" as const, evicted: false }, asked, answered(20, 22)];
  expect(branchInCache(kept, said)).toBe(8);
  expect(branchInCache(kept, said.slice(0, 2))).toBe(5);
});
