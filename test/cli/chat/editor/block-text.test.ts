// Which texts are still open, and what is left of those that are closed.
import { expect, test } from "vitest";
import { isOpenBlock, withoutMarks } from "../../../../src/cli/chat/editor/block-text.ts";

test.each([
  ['"""', true],
  ['"""One\ntwo', true],
  ['/system """Be brief.', true],
  ['/set system """', true],
  ['"""One\ntwo"""', false],
  ['"""Docs.""" What is that?', false],
  ['/system """Be brief."""', false],
  ['Say """', false],
  ['/copy """', false],
  ['""', false],
])("%j is open: %s", (text, isOpen) => {
  expect(isOpenBlock(text)).toBe(isOpen);
});

test.each([
  ['"""One\ntwo"""', "One\ntwo"],
  ['"""\nOne "two"\n"""', 'One "two"'],
  ['""""""', ""],
  ['"""', '"""'],
  ['"""Docs.""" What is that?', '"""Docs.""" What is that?'],
  ['"""One""" and """two"""', '"""One""" and """two"""'],
  ["One", "One"],
])("%j is %j", (text, inner) => {
  expect(withoutMarks(text)).toBe(inner);
});
