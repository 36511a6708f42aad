// How far a comparison is said to be.
import { expect, test } from "vitest";
import { type Progress, WorkMeter } from "../../../src/session/compare/work-meter.ts";

test("tells the share of all work, and the time left at the pace so far", () => {
  const seen: Progress[] = [];
  let now = 0;
  const meter = new WorkMeter(
    400,
    (progress) => seen.push(progress),
    () => now,
  );
  meter.begin("first", 100);
  now = 1000;
  meter.done(50);
  meter.begin("second", 300);
  now = 4000;
  meter.done(100);
  meter.done(10_000);
  expect(seen).toEqual([
    { what: "first", fraction: 0, msLeft: undefined },
    { what: "first", fraction: 0.125, msLeft: 7000 },
    { what: "second", fraction: 0.25, msLeft: 3000 },
    { what: "second", fraction: 0.5, msLeft: 4000 },
    { what: "second", fraction: 1, msLeft: 0 },
  ]);
});
