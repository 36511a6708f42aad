// Markdown that streams: whatever the pieces it arrives in, the same lines become final, once, and all of them fit.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMarkdown } from "../../../../src/cli/chat/markdown/markdown-text.ts";
import { type Look, type Span, textOf } from "../../../../src/cli/chat/markdown/span.ts";
import type { OpenText, SpanLine, TextLayout } from "../../../../src/cli/chat/open-text.ts";
import { printable } from "../../../../src/cli/chat/printable.ts";
import { textWidth } from "../../../../src/cli/chat/wrap.ts";
import { anyMarkdown, documents } from "../../../helpers/markdown-documents.ts";

const look: Look = { hasStyles: true, hasLinks: false };
const usual: TextLayout = { columns: 39, room: 4 };

/** The final lines of a text that arrives in these pieces; it is looked at, as frames do, after each. */
function stream(pieces: Iterable<string>, layout: TextLayout, onOpen?: (open: OpenText) => void): SpanLine[] {
  const lines: SpanLine[] = [];
  let open = createMarkdown(look)();
  for (const piece of pieces) {
    const written = open.write(printable(piece), layout);
    lines.push(...written.lines);
    open = written.open;
    onOpen?.(open);
  }
  return [...lines, ...open.end(layout)];
}

function drawn(lines: readonly SpanLine[]): string[] {
  return lines.map((line) => line.map(({ text, styles, url = "" }: Span) => `${styles}<${text}>${url}`).join(""));
}

const layouts = fc.record({ columns: fc.integer({ min: 8, max: 90 }), room: fc.integer({ min: 2, max: 20 }) });

describe("the final lines", () => {
  test.each(Object.entries(documents))("of %s are the same, streamed by characters or at once", (_name, text) => {
    const once = stream([text], usual);
    expect(drawn(stream(text, usual, (open) => open.peek(usual)))).toEqual(drawn(once));
    expect(drawn(stream(text.match(/\s*\S+|\s+$/g) ?? [], usual))).toEqual(drawn(once));
  });

  test("are the same for any text, any pieces and any size", () => {
    fc.assert(
      fc.property(anyMarkdown, layouts, fc.array(fc.integer({ min: 1, max: 40 })), (text, layout, lengths) => {
        const starts = [0];
        for (const length of lengths) starts.push((starts.at(-1) ?? 0) + length);
        const pieces = starts.map((start, index) => text.slice(start, starts[index + 1]));
        const streamed = stream(pieces, layout, (open) => open.peek(layout));
        expect(drawn(streamed)).toEqual(drawn(stream([text], layout)));
      }),
      { numRuns: 300 },
    );
  });

  test("are never wider than the terminal, nor are those that are still open", () => {
    const fits = (lines: readonly SpanLine[], { columns }: TextLayout) => {
      for (const line of lines) expect(textWidth(textOf(line)), textOf(line)).toBeLessThanOrEqual(columns);
    };
    fc.assert(
      fc.property(anyMarkdown, layouts, (text, layout) => {
        fits(
          stream([text.slice(0, 300), text.slice(300)], layout, (open) => fits(open.peek(layout), layout)),
          layout,
        );
      }),
      { numRuns: 300 },
    );
  });

  test("hold no control characters, whatever entities make of them", () => {
    fc.assert(
      fc.property(anyMarkdown, (text) => {
        for (const line of stream([text], usual)) for (const { text } of line) expect(printable(text)).toBe(text);
      }),
    );
  });
});

describe("what is still open", () => {
  test.each(Object.entries(documents))("of %s never outgrows its room by much", (_name, text) => {
    let most = 0;
    stream(text, usual, (open) => {
      most = Math.max(most, open.peek(usual).length);
    });
    // A line of code or of a table may be as long as it likes.
    if (!/long/.test(_name)) expect(most).toBeLessThanOrEqual(usual.room + 4);
  });
});

describe("hostile text", () => {
  test.each([
    ["brackets", "[".repeat(10_000)],
    ["emphasis", "*a _b ".repeat(10_000)],
    ["marks without end", "_a*".repeat(10_000)],
    ["quotes in quotes", ">".repeat(10_000)],
    ["lists in lists", Array.from({ length: 1000 }, (_, depth) => `${"  ".repeat(depth)}- x`).join("\n")],
    ["one line of a megabyte", "word ".repeat(200_000)],
    ["one word of a megabyte", "x".repeat(1_000_000)],
    ["one ideograph a megabyte long", "蓝".repeat(300_000)],
    ["a megabyte in one line of code", `\`\`\`js\n${"f(x); ".repeat(160_000)}\n\`\`\``],
    ["spaces", `a${" ".repeat(200_000)}b`],
    ["marks upon one letter", `a${"\u0301".repeat(20_000)}`],
    ["columns without end", `${"|a".repeat(2000)}|\n${"|-".repeat(2000)}|\n${"|b".repeat(2000)}|`],
    ["backticks", "a`".repeat(20_000)],
    ["addresses", "http://".repeat(20_000)],
    ["entities", "&#x".repeat(30_000)],
    ["tags", "<a ".repeat(30_000)],
    ["blank lines", "\n".repeat(100_000)],
  ])("of %s comes to an end, and is as little of a burden while it is open", (_name, text) => {
    const pieces = [...(text.match(/[\s\S]{1,997}/g) ?? []), "\n\nend"];
    const lines = stream(pieces, usual, (open) => open.peek(usual));
    expect(textOf(lines.at(-1) ?? [])).toBe("end");
    for (const line of lines) expect(textWidth(textOf(line))).toBeLessThanOrEqual(usual.columns);
  });
});
