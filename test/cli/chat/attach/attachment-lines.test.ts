// What is told of attached files, and in which order: what is wrong comes first.
import { expect, test } from "vitest";
import { attachmentLines } from "../../../../src/cli/chat/attach/attachment-lines.ts";

const file = (name: string, tokens?: number) => ({ name, words: "1 B", isProblem: false, tokens });
const missing = { name: "x.md", words: "there is no such file", isProblem: true };

test.each([
  ["one", [file("a", 5)], ["@a: 1 B"]],
  ["what is wrong first", [file("a", 5), missing], ["!@x.md: there is no such file", "@a: 1 B"]],
  [
    "the sum of several",
    [file("a", 5), missing, file("b", 7)],
    ["!@x.md: there is no such file", "together 12 tokens", "@a: 1 B", "@b: 1 B"],
  ],
  [
    "what is said of it, however long its name",
    [file("deep/a-very-long-name-of-a-folder/and-of-the-file-in-it.txt", 5)],
    ["@deep/a-very-long…he-file-in-it.txt: 1 B"],
  ],
  ["not before they are counted", [file("a"), file("b", 7)], ["@a: 1 B", "@b: 1 B"]],
  [
    "too much together",
    [file("a", 60), file("b", 40)],
    ["!together 100 tokens: the context holds 100", "@a: 1 B", "@b: 1 B"],
  ],
])("%s", (_name, notes, wanted) => {
  const lines = attachmentLines(notes, { contextSize: 100, columns: 40 }).map(
    ({ text, isProblem }) => `${isProblem ? "!" : ""}${text}`,
  );
  expect(lines).toEqual(wanted);
});
