// Markdown as models write it, and as nobody should: whole documents, and a generator that puts pieces of it together.
import fc from "fast-check";

const prose =
  "The **quick _brown_ fox** jumps over [the lazy dog](https://example.com/dogs) and `never` looks back, however long the " +
  "paragraph about it grows, with 5 * 3 things, snake_case_names, a footnote [1] and an open **end";

const table = `| Name | Age | What *they* like |
|:-----|----:|:-----:|
| Alice | 30 | \`code\`, **bold** claims, and long walks along the wall of the terminal |
| 王小明 | 4 | 蓝色的天空 |
| Bob \\| Rob | | 👩‍💻 |
`;

const code = `\`\`\`python
def f(x):
    """A string
    of two lines."""

    return {"x": x + 1}  # done
\`\`\`
`;

export const documents: Readonly<Record<string, string>> = {
  prose: `${prose}.\n\n${prose}\nand **on** it goes.\n`,
  headings: `# One\ntext\n## Two ##\n\n### \`Three\`\nSet\nin two\n=====\nand\n---\n#hash tag\n####### seven\n`,
  lists: `Intro:\n- one\n- two **bold\n  still** two\n  - three\n    1. four\n    2. five\n\n       more of five\n- [ ] todo\n- [x] done\n\n3) three\n4) four\n10. ten\n   - sub\n`,
  "code in a list": `1. Do this:\n   ${code.replaceAll("\n", "\n   ")}\n2. Then:\n   \`\`\`\n   x\n\`\`\`\n3. End.\n`,
  code: `Look:\n${code}\n~~~\n\`\`\`\n~~~\n\n    indented\n\n    code\nend\n\`\`\`js\nopen\n`,
  quotes: `> ${prose}\n> > nested\nlazy\n\n> - list\n>   ${code.replaceAll("\n", "\n>   ")}\nend`,
  table: `Before\n${table}\nAfter | all\n\n- ${table.replaceAll("\n", "\n  ")}\nend`,
  "long table": table + "| a | b | c |\n".repeat(30),
  rules: "a\n\n---\n***\n- - -\nb\n",
  links:
    "<https://a.example> www.b.example me@x.org ![img](http://i.example/x.png) [a](javascript:x) [r][1]\n\n[1]: http://r.example\n[the other side]: <http://s.example> 'of it'\n\n" +
    "Words that fill the line up to [a reference that goes over its end][The  Other\nSide] and [1], with [more words][none]",
  html: '<div class="x">\n<b>bold</b> <!-- no -->\n<script>alert(1)</script>\n</div>\n&lt;&amp;&#27;[2J',
  wide: `${"蓝色的天空，".repeat(40)}\n\n- ${"한국어 텍스트 ".repeat(20)}\n\n${"👩‍💻🇩🇪e\u0301".repeat(40)}\n`,
  "right to left": `${"שלום **עולם** ".repeat(12)}\n\n| مرحبا | بكم |\n|---|---|\n| واحد | اثنان |\n`,
  "long lines": `${"word ".repeat(300)}\n\n${"x".repeat(1500)}\n\n- ${"*a ".repeat(300)}\n\n\`\`\`js\n${"f(x); ".repeat(400)}\n\`\`\`\n`,
};

const piece = fc.oneof(
  fc.constantFrom(...Object.values(documents).map((text) => text.slice(0, 700))),
  fc.constantFrom(
    ..."\n|\n\n|\n  |    |- |1. |> |# |**|*|_|`|```|~~~|~~|[|](http://x.example)|![|<|>|---|===|\\|&amp;|&#x9b;|[ ] ".split(
      "|",
    ),
    "| a | b |\n|---|---|\n",
    "|",
    "word ",
    "蓝色",
    "👩‍💻",
    "e\u0301",
    "שלום",
  ),
  fc.string({ maxLength: 8 }),
);

/** Pieces of Markdown in any order. */
export const anyMarkdown = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
