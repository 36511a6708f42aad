// What needs no evaluation after a resume, by tokens.
import { expect, test } from "vitest";
import { countReused } from "../../src/session/count-reused.ts";

const upTo = (length: number) => Array.from({ length }, (_, index) => index);

test.each([
  ["all of it is back", upTo(90), upTo(90), 0, 90, [90, 0, false]],
  ["the last token was never evaluated", upTo(91), upTo(90), 0, 90, [90, 0, false]],
  ["an answer was cut off before it was kept", upTo(120), upTo(90), 0, 90, [90, 30, false]],
  ["a block is gone", upTo(600), upTo(600), 0, 256, [256, 344, false]],
  ["nothing is back", upTo(90), upTo(90), 0, 0, [0, 90, false]],
  ["a turn was taken back after the save", upTo(50), upTo(90), 0, 90, [50, 0, false]],
  ["thinking is not shown again", [...upTo(40), 200, 201], upTo(90), 0, 90, [40, 2, true]],
  ["tokens inside of it left the window", upTo(100), [...upTo(20), ...upTo(100).slice(40)], 20, 80, [80, 0, false]],
  ["nothing was said", [], upTo(90), 0, 90, [0, 0, false]],
] as const)("%s", (_name, said, held, erased, restored, [reused, again, isOther]) => {
  expect(countReused({ said, held, erased, restored })).toEqual({ reused, again, isOther });
});
