// What Markdown looks like: blocks as lines, and how it is told what the model meant where it wrote what it did not mean.
import { describe, expect, test } from "vitest";
import { createMarkdown } from "../../../../src/cli/chat/markdown/markdown-text.ts";
import { type Look, type Span, textOf } from "../../../../src/cli/chat/markdown/span.ts";

const styled: Look = { hasStyles: true, hasLinks: false };

function draw(text: string, { columns = 39, room = 20, look = styled } = {}): readonly (readonly Span[])[] {
  const { lines, open } = createMarkdown(look)().write(text, { columns, room });
  return [...lines, ...open.end({ columns, room })];
}

function lines(text: string, how: Parameters<typeof draw>[1] = {}): string[] {
  return draw(text, how).map(textOf);
}

/** One line with its styles: `strong<bold> text`. */
function styles(text: string, look = styled): string {
  const [line = []] = draw(text, { columns: 200, look });
  const parts = line.map(({ text: part, styles: all, url }) => {
    const shown = url === undefined ? part : `${part}=>${url}`;
    return all.length > 0 || url ? `${all.join("+")}<${shown}>` : part;
  });
  return parts.join("");
}

describe("blocks", () => {
  test.each<[string, string, string[]]>([
    ["paragraphs", "one\ntwo\n\n\n\nthree", ["one", "two", "", "three"]],
    ["line ends", "one  \ntwo\\\nthree", ["one", "two", "three"]],
    ["a heading", "text\n# One\ntext", ["text", "", "One", "text"]],
    ["what is no heading", "#one\n####### two", ["#one", "####### two"]],
    ["a heading that is underlined", "One\ntwo\n===", ["One", "two"]],
    ["a rule", "one\n\n***\ntwo", ["one", "", "─".repeat(39), "two"]],
    ["a list", "text\n- one\n- two\n\n- three", ["text", "• one", "• two", "", "• three"]],
    [
      "lists in lists",
      "- one\n  - two\n    1. three\n       more",
      ["• one", "  ◦ two", "    1. three", "       more"],
    ],
    ["numbers", "3. a\n3. b\n\n   c\n1) d", ["3. a", "4. b", "", "   c", "1) d"]],
    ["a list that goes on after another block", "1. a\n\ntext\n\n2. b", ["1. a", "", "text", "", "2. b"]],
    ["tasks", "- [ ] one\n- [x] two\n1. [X] three", ["[ ] one", "[x] two", "1. [x] three"]],
    ["an item without words", "- \n- b", ["•", "• b"]],
    ["numbers that begin no list", "In\n1984. A year", ["In", "1984. A year"]],
    ["a list below a number of two digits", "10. a\n   - b", ["10. a", "    • b"]],
    ["a quote", "> one\ntwo\n>\n> > three\n\nfour", ["│ one", "│ two", "│", "│ │ three", "", "four"]],
    ["a list in a quote", "> - one\n>   two", ["│ • one", "│   two"]],
    ["code", "a\n```js\nlet b\n\n\n  c\n```\nd", ["a", "┌─ js", "let b", "", "", "  c", "└─", "d"]],
    ["code that is indented", "a\n\n    b\n\n      c\n\nd", ["a", "", "b", "", "  c", "", "d"]],
    ["code without end", "~~~\n```\na", ["┌─", "```", "a", "└─"]],
    ["code in an item", "- a\n  ```\n    b\n  ```", ["• a", "  ┌─", "    b", "  └─"]],
    ["code in an item whose end is not", "1. a\n   ```\n   b\n```\nc", ["1. a", "   ┌─", "   b", "   └─", "c"]],
    [
      "code that is longer than a line",
      "```\n0123456789 0123456789 0123456789 0123456789\n```",
      ["┌─", "0123456789 0123456789 0123456789 012345", "6789", "└─"],
    ],
    ["three backticks in a line", "```a``` b", ["a b"]],
    ["the name of a language", '``` {.python title="x"}\n```', ["┌─ python", "└─"]],
    ["HTML", "<p>*a*</p>\n<!-- b -->", ["<p>a</p>", "<!-- b -->"]],
    ["definitions of links", "[a][1]\n\n[1]: http://a.example", ["[a][1]", "", "[1]: http://a.example"]],
    ["definitions with titles", "[1]: <a b> 'c'\n[ d e ]: f (g)\nh", ["[1]: a b 'c'", "[ d e ]: f (g)", "h"]],
    [
      "what defines nothing",
      "[^1]: A note.\n\n[1]: two words\n\n[]: a",
      ["[^1]: A note.", "", "[1]: two words", "", "[]: a"],
    ],
    [
      "a link to what is defined in a list",
      "- [A b]: http://c.example\n\n[d][a B] [A\nb]",
      ["• [A b]: http://c.example", "", "d (http://c.example) A", "b (http://c.example)"],
    ],
    [
      "a link to what was defined twice",
      "[a]: /b\n[a]: /c\n\n[a] [a][] ![d][a]",
      ["[a]: /b", "[a]: /c", "", "a (/b) a (/b) image: d (/b)"],
    ],
    [
      "more than fits beside its marks",
      "> 1. one two three four five six seven eight",
      ["│ 1. one two three four five six seven", "│    eight"],
    ],
  ])("%s", (_name, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  test("that are nested deeply keep half of the line for their words", () => {
    const text = Array.from({ length: 16 }, (_, depth) => `${"  ".repeat(depth)}- one two three`).join("\n");
    const drawn = lines(text, { columns: 20 });
    expect(drawn[15]).toMatch(/one/);
    expect(drawn.at(-1)).toMatch(/two|three/);
  });

  test("are known by their marks where there are no styles", () => {
    const look = { hasStyles: false, hasLinks: false };
    expect(lines("## *a* `b`\n__c__ ~~d~~ ***e***", { look })).toEqual(["## *a* `b`", "**c** ~~d~~ ***e***"]);
  });
});

describe("in a line", () => {
  test.each([
    ["**a** __b__", "strong<a> strong<b>"],
    ["*a* _b_ ***c***", "emphasis<a> emphasis<b> emphasis+strong<c>"],
    ["~~a~~ `b *c*`", "struck<a> code<b *c*>"],
    ["5 * 3 * 2, a_b_c, ~5", "5 * 3 * 2, a_b_c, ~5"],
    ["\\*a\\* \\`", "*a* `"],
    ["&lt;b&gt; &amp;amp; &nope; &copy;", "<b> &amp; &nope; ©"],
    ["`&lt;`", "code<&lt;>"],
    ["&#27;[2J&#x202e;&#10;", "␛[2J"],
    ["# a **b**", "accent+underlined<a >accent+underlined+strong<b>"],
    ["[a](http://b.example/c)", "afaint< (http://b.example/c)>"],
    ["[http://b.example](http://b.example/)", "http://b.example"],
    ["<http://a.example> www.b.example c@d.example", "http://a.example www.b.example c@d.example"],
    ["![a](http://b.example/c.png)", "emphasis<image: a>faint< (http://b.example/c.png)>"],
    ["[a](javascript:b)", "afaint< (javascript:b)>"],
  ])("%j is %j", (text, expected) => {
    expect(styles(text)).toBe(expected);
  });

  test.each([
    ["[a](http://b.example/c)", "underlined<a=>http://b.example/c>"],
    ["**[a](http://b.example)**", "underlined+strong<a=>http://b.example/>"],
    ["[a](mailto:b@c.example)", "underlined<a=>mailto:b@c.example>"],
    ["[a](HTTP://B.example/ü)", "underlined<a=>http://b.example/%C3%BC>"],
    ["[a](http://b.example/&#27;)", "underlined<a=>http://b.example/%E2%90%9B>"],
    ["[a](/b) [c](ftp://d.example)", "afaint< (/b)> cfaint< (ftp://d.example)>"],
    ["[data](data:text/html,x)", "datafaint< (data:text/html,x)>"],
    [
      "[good.example](http://evil.example)",
      "underlined<good.example=>http://evil.example/>faint< (http://evil.example)>",
    ],
  ])("%j with links is %j", (text, expected) => {
    const drawn = styles(text, { hasStyles: true, hasLinks: true });
    expect(drawn).toBe(expected);
  });

  test("a definition and what refers to it lead to the same", () => {
    const [definition = [], , reference = []] = draw("[1]: http://b.example\n\n[a *c*][1]", {
      look: { hasStyles: true, hasLinks: true },
    });
    expect(definition.map(({ url }) => url)).toEqual([undefined, undefined, undefined, "http://b.example/"]);
    expect(reference.map(({ url }) => url)).toEqual(["http://b.example/", "http://b.example/"]);
    expect(textOf(reference)).toBe("a c");
  });

  test("an address that terminals refuse for its length is no link", () => {
    const text = `[a](http://b.example/${"ü".repeat(400)})`;
    expect(styles(text, { hasStyles: true, hasLinks: true })).toBe("a");
  });
});

describe("a table", () => {
  const text = "| Name | Age |\n|:--|--:|\n| Bob | 4 |\n| Al \\| *x* | 30 |";

  test("stands in columns", () => {
    expect(lines(`Look:\n${text}\nend`)).toEqual([
      "Look:",
      "Name   │ Age",
      "───────┼────",
      "Bob    │   4",
      "Al | x │  30",
      "end    │",
    ]);
  });

  test("wraps its cells where it is too wide, a line between the rows", () => {
    expect(lines("a|b\n-|-\none two three|four five six\nx|y", { columns: 17 })).toEqual([
      "a       │ b",
      "────────┼────────",
      "one two │ four",
      "three   │ five",
      "        │ six",
      "────────┼────────",
      "x       │ y",
    ]);
  });

  test("becomes a list of names and values where columns would be too narrow", () => {
    const wide =
      "| One | Two | Three |\n|---|---|---|\n| a long cell | another long one | and a third one |\n| x | y | z |";
    expect(lines(wide, { columns: 20 })).toEqual([
      "One: a long cell",
      "Two: another long",
      "one",
      "Three: and a third",
      "one",
      "",
      "One: x",
      "Two: y",
      "Three: z",
    ]);
  });

  test("is no longer than the room: then its columns stay, and rows are final one by one", () => {
    const open = createMarkdown(styled)();
    const layout = { columns: 39, room: 3 };
    const begun = open.write("|a|b|\n|-|-|\n|1|2|\n|x", layout);
    expect(begun.lines).toEqual([]);
    expect(begun.open.peek(layout).map(textOf)).toEqual(["a  │ b", "───┼───", "1  │ 2", "x  │"]);
    const full = begun.open.write("|4|\n|a longer one|5|\n", layout);
    expect(full.lines.map(textOf)).toEqual([
      "a  │ b",
      "───┼───",
      "1  │ 2",
      "x  │ 4",
      "a  │ 5",
      "lo │",
      "ng │",
      "er │",
      "on │",
      "e  │",
    ]);
  });

  test.each([
    ["a row that is short or long", "|a|b|\n|-|-|\n|1|\n|1|2|3|", ["a  │ b", "───┼───", "1  │", "1  │ 2"]],
    ["wide characters", "|名|b|\n|-|-|\n|a|👩‍💻|", ["名 │ b", "───┼───", "a  │ 👩‍💻"]],
    ["a dash under one column", "a\n-\n", ["a"]],
    ["other columns than names", "|a|b|\n|-|\n", ["|a|b|", "|-|"]],
    ["in an item", "- |a|b|\n  |-|-|\n  |1|2|", ["• a  │ b", "  ───┼───", "  1  │ 2"]],
  ])("%s", (_name, table, expected) => {
    expect(lines(table)).toEqual(expected);
  });
});

describe("what is still being written", () => {
  const layout = { columns: 39, room: 8 };
  const peek = (text: string) => createMarkdown(styled)().write(text, layout).open.peek(layout);

  test.each([
    ["closes what was opened", "some **bold", ["some bold"]],
    ["shows no mark that has yet to tell what it is", "text\n-", ["text"]],
    ["shows no number either", "text\n12", ["text"]],
    ["shows a table from its second line on", "|a|b|\n|-", ["|a|b|"]],
    ["shows no end of code that has none", "```js\nlet a", ["let a"]],
    ["shows the text of a link first", "see [the docs](http://exam", ["see the docs"]],
  ])("%s", (_name, text, expected) => {
    expect(peek(text).map(textOf)).toEqual(expected);
  });

  test("gives lines that nothing can change at once, in mid-paragraph", () => {
    const text = "one two three four five six seven eight nine ten **eleven twelve thirteen fourteen";
    const { lines: final, open } = createMarkdown(styled)().write(text, layout);
    expect(final.map(textOf)).toEqual(["one two three four five six seven eight"]);
    expect(open.peek(layout).map(textOf)).toEqual(["nine ten eleven twelve thirteen", "fourteen"]);
  });

  test("gives no line that a mark may yet change", () => {
    const text = "one **two three four five six seven eight nine ten eleven twelve";
    expect(createMarkdown(styled)().write(text, layout).lines).toEqual([]);
  });
});
