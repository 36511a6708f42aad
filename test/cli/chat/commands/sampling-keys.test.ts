// The values that `/set` takes, at their edges.
import { expect, test } from "vitest";
import {
  describeRange,
  parseSamplingValue,
  type SamplingKey,
  samplingKeys,
} from "../../../../src/cli/chat/commands/sampling-keys.ts";

function key(name: string): SamplingKey {
  const found = samplingKeys.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no key ${name}`);
  return found;
}

test.each([
  ["temp", "0", 0],
  ["temp", "1e-3", 0.001],
  ["temp", "+0.5", 0.5],
  ["temp", "100.1", undefined],
  ["temp", "", undefined],
  ["temp", "0x10", undefined],
  ["temp", "Infinity", undefined],
  ["temp", "NaN", undefined],
  ["temp", "1,5", undefined],
  ["top-k", "40", 40],
  ["top-k", "40.0", 40],
  ["top-k", "40.5", undefined],
  ["top-k", "-1", undefined],
  ["min-p", "1", 1],
  ["min-p", "1.01", undefined],
  ["repeat-penalty", "0", undefined],
  ["seed", "4294967295", 4294967295],
  ["seed", "4294967296", undefined],
])("%s %j is %j", (name, text, value) => {
  expect(parseSamplingValue(key(name), text)).toBe(value);
});

test("both ends of each range are allowed, and told", () => {
  for (const one of samplingKeys) {
    expect(parseSamplingValue(one, String(one.min))).toBe(one.min);
    expect(parseSamplingValue(one, String(one.max))).toBe(one.max);
    expect(describeRange(one)).toContain(`from ${one.min} to ${one.max}`);
  }
});
