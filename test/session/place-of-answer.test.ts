// Where an answer is found among the tokens of a cache.
import { expect, test } from "vitest";
import { placeOfAnswer } from "../../src/session/place-of-answer.ts";

const answer = (...tokens: number[]) => ({ tokens, text: "", lead: "" });

/** A question 1, an answer of equal tokens, marks 9, and the next question. */
const asked = [1, 5, 5, 5, 9, 1];

test.each([
  ["all of it", answer(5, 5, 5), asked, { start: 0, end: 5 }, { start: 1, end: 4 }],
  ["one token before another turn", answer(5), [1, 5, 9, 1], { start: 0, end: 3 }, { start: 1, end: 2 }],
  ["the last of the chat", answer(5, 5, 5), asked.slice(0, 4), { start: 0, end: 4 }, { start: 1, end: 4 }],
  ["the last, with marks behind it", answer(5, 6), [1, 5, 6, 9], { start: 0, end: 4 }, { start: 1, end: 3 }],
  ["cut off before its last token", answer(5, 6), [1, 5], { start: 0, end: 2 }, { start: 1, end: 2 }],
  ["cut off, in the words of its question", answer(1, 2), [1, 2, 9, 1], { start: 0, end: 4 }, { start: 3, end: 4 }],
  ["another one", answer(7, 8), asked, { start: 0, end: 5 }, undefined],
])("%s", (_name, generated, whole, turn, place) => {
  expect(placeOfAnswer(generated, whole, turn)).toEqual(place);
});
