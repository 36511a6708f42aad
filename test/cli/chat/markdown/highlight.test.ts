// Code highlighted line by line: what is open at the end of a line is known on the next, and looking at a line changes nothing.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Highlighter, highlightLine, startHighlighter } from "../../../../src/cli/chat/markdown/highlight.ts";
import { languageNames } from "../../../../src/cli/chat/markdown/languages.ts";
import { textOf } from "../../../../src/cli/chat/markdown/span.ts";

/** The lines with their styles: `keyword<def> strong<f>(x):`. */
function highlight(language: string, code: string): string[] {
  let highlighter = startHighlighter(language);
  return code.split("\n").map((line) => {
    const read = highlightLine(highlighter as Highlighter, line);
    highlighter = read.highlighter;
    return read.spans.map(({ text, styles }) => (styles.length > 0 ? `${styles}<${text}>` : text)).join("");
  });
}

test.each([
  ["python", 'def f(x):\n  """a\n  b"""', ["keyword<def> strong<f>(x):", '  literal<"""a>', 'literal<  b""">']],
  ["PY", "return None  # why", ["keyword<return> keyword<None>  faint<# why>"]],
  ["js", "/* a\nb */ let c = 1;", ["faint</* a>", "faint<b */> keyword<let> strong<c> = value<1>;"]],
  ["ts", "const t = `a\nb`;", ["keyword<const> strong<t> = literal<`a>", "literal<b`>;"]],
  ["c++", "#include <x>\nint a;", ["value<#include <x>>", "value<int> a;"]],
  ["json", '{"a": [1, true]}', ['{literal<"a">: [value<1>, value<true>]}']],
  ["bash", "for f in *; do\n# c", ["keyword<for> f keyword<in> *; keyword<do>", "faint<# c>"]],
  ["lisp", '(defun f (x) "s") ; c', ['(keyword<defun> f (x) literal<"s">) faint<; c>']],
  ["vb", "Dim x As Integer ' c", ["keyword<Dim> x keyword<As> keyword<Integer> faint<' c>"]],
  ["asm", "  mov eax, 1", ["  mov eax, value<1>"]],
  ["diff", "-a\n+b", ["literal<-a>", "value<+b>"]],
  ["html", "<p>\n<!-- a\nb --></p>", ["<keyword<p>>", "faint<<!-- a>", "faint<b -->></keyword<p>>"]],
  [
    "html",
    "<script>\nlet a;</script><b>",
    ["<keyword<script>>", "keyword<let> strong<a>;</keyword<script>><keyword<b>>"],
  ],
  [
    "html",
    "<style>a { /* b\n*/ }</style>",
    ["<keyword<style>>keyword<a> { faint</* b>", "faint<*/> }</keyword<style>>"],
  ],
  ["php", "<?php # a\necho $b; /* c\n*/", ["<?keyword<php> faint<# a>", "keyword<echo> $b; faint</* c>", "faint<*/>"]],
])("%s %j", (language, code, lines) => {
  expect(highlight(language, code)).toEqual(lines);
});

test.each(["", "nosuchlanguage", "constructor", "__proto__"])("no language is called %j", (name) => {
  expect(startHighlighter(name)).toBeUndefined();
});

const marks = "<>{}()[]'\"`/*#$@=-!%\\ a1\n".split("");
const anyLine = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.array(fc.constantFrom(...marks), { maxLength: 20 }).map((all) => all.join("")),
);
const lines = [
  "if (x) {",
  "}",
  "/* a",
  "b */",
  "let a = `b",
  "c`;",
  '"""',
  "'s'",
  "// y",
  "<!--",
  "-->",
  "end",
  "f(a, 1)",
];
/** Lines that each language reads in one way or another: of marks that none has, some of the tokenizers remember what they last read. */
const codeLine = fc.constantFrom(
  ...lines,
  "x = [1,",
  "]",
  "<p>",
  "<script>",
  "</script>",
  "<<EOF",
  "EOF",
  "key: value",
  "",
);

describe.each(languageNames)("%s", (name) => {
  const start = startHighlighter(name) as Highlighter;

  test("keeps every character of any code", () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 8 }), (code) => {
        let highlighter: Highlighter | undefined = start;
        for (const line of code.flatMap((each) => each.split("\n"))) {
          if (!highlighter) break;
          const read: ReturnType<typeof highlightLine> = highlightLine(highlighter, line);
          expect(textOf(read.spans)).toBe(line);
          highlighter = read.highlighter;
        }
      }),
      { numRuns: 20 },
    );
  });

  test("goes on the same wherever it is looked at", () => {
    fc.assert(
      fc.property(fc.array(codeLine, { maxLength: 8 }), codeLine, (code, other) => {
        let [once, looked]: (Highlighter | undefined)[] = [start, start];
        for (const line of code) {
          if (!once || !looked) break;
          highlightLine(looked, other);
          const [first, second] = [highlightLine(once, line), highlightLine(looked, line)];
          expect(second.spans).toEqual(first.spans);
          once = first.highlighter;
          looked = second.highlighter;
        }
      }),
      { numRuns: 50 },
    );
  });
});

test("a line that is too long for colours is still code", () => {
  const { spans, highlighter } = highlightLine(startHighlighter("js") as Highlighter, "x;".repeat(2000));
  expect(textOf(spans)).toHaveLength(4000);
  expect(highlighter).toBeDefined();
});
