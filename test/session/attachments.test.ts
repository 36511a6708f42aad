// Files in a message: what the model gets, and that what was typed is found in it again.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AttachedText, attach, withoutAttachments } from "../../src/session/attachments.ts";

const file = (name: string, text: string): AttachedText => ({ kind: "File", name, text });

test("a file stands before what was typed, in a fence with its name", () => {
  expect(attach("What is in @notes.md?", [file("notes.md", "# Notes\n\nNone.\n")])).toBe(
    "File notes.md:\n```\n# Notes\n\nNone.\n```\n\nWhat is in @notes.md?",
  );
});

test.each([
  ["text without an end", file("a", "x"), "File a:\n```\nx\n```\n\n"],
  ["text with fences of its own", file("a", "```\nx\n````\n"), "File a:\n`````\n```\nx\n````\n`````\n\n"],
  ["no text", file("a", ""), "File a:\n```\n```\n\n"],
  ["a folder", { kind: "Folder", name: "src/", text: "a\nb\n" } as const, "Folder src/:\n```\na\nb\n```\n\n"],
  ["a name of several lines", file("a\nb\u001b[2J", "x\n"), 'File "a\\nb\\u001b[2J":\n```\nx\n```\n\n'],
])("with %s", (_name, attached, block) => {
  expect(attach("@a", [attached])).toBe(`${block}@a`);
});

test("what was typed is found again, whatever the files hold", () => {
  const piece = fc.constantFrom("`", "```", "````", "\n", "\n\n", "File a:", "Folder b:\n", "@a", "text", "你好", '"');
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  const attached = fc.record({ kind: fc.constantFrom("File" as const, "Folder" as const), name: text, text });
  fc.assert(
    fc.property(fc.array(attached, { minLength: 1, maxLength: 3 }), text, (files, said) => {
      const typed = `see @file ${said}`;
      expect(withoutAttachments(attach(typed, files))).toBe(typed);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  "File notes.md:\n```\nx\n```\n\nis what I typed",
  "File notes.md: me@example.com",
  "What is @notes.md?",
  "",
])("a message without files stays as it is: %j", (content) => {
  expect(withoutAttachments(content)).toBe(content);
});
