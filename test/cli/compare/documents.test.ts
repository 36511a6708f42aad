// A comparison as text for people and programs: table, scatter, answers, CSV, Markdown, page.
import { describe, expect, test } from "vitest";
import { csvText } from "../../../src/cli/compare/csv.ts";
import { clock, nats, percent } from "../../../src/cli/compare/figures.ts";
import { headline, paretoFinding, speedFinding, spreadFinding } from "../../../src/cli/compare/findings.ts";
import { htmlPage } from "../../../src/cli/compare/html-page.ts";
import { markdownText } from "../../../src/cli/compare/markdown.ts";
import { tableHead, tableRow } from "../../../src/cli/compare/row-table.ts";
import { scatterText } from "../../../src/cli/compare/scatter.ts";
import { answersText } from "../../../src/cli/compare/side-by-side.ts";
import { comparedRow, comparisonOf } from "../../helpers/compared-rows.ts";

const hostile = 'The sky\u001b[2J <script>alert(1)</script> | is green, "it" says.';
const rows = [
  comparedRow("f16", { loss: 0, bytes: 23_040 }),
  comparedRow("q8_0", { loss: 0.003, bytes: 12_240, ratio: 0.5 }),
  comparedRow("iq4_nl", { v: "q8_0", loss: 0.06, bytes: 9360, text: hostile }),
  {
    ...comparedRow("q4_0", { loss: 0, bytes: 0 }),
    status: "unsupported",
    reason: "no, it cannot",
    quality: null,
    speed: [],
    memory: null,
    verdict: null,
  } as const,
];
const report = comparisonOf(rows, "q8_0/q8_0");

test.each([
  [0, "0"],
  [0.000_004, "<0.00001"],
  [0.00123, "0.00123"],
  [0.0594, "0.0594"],
  [1.534, "1.53"],
])("%f nats are written %s", (value, text) => expect(nats(value)).toBe(text));

test("only all of it is 100%, and hours have their own place", () => {
  expect([percent(1), percent(0.99999), percent(0.5)]).toEqual(["100%", "99.99%", "50.00%"]);
  expect([clock(900), clock(80_000), clock(3_723_000)]).toEqual(["0:01", "1:20", "1:02:03"]);
});

test("no line of the terminal is wider than 80 columns, and no control character passes", () => {
  const text = tableHead() + rows.map(tableRow).join("") + scatterText(rows) + answersText(rows);
  expect(text.split("\n").filter((line) => [...line].length > 80)).toEqual([]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(text).toContain("unsupported: no, it cannot");
  expect(text).toContain("iq4_nl/q8_0: 1 of 1 answers depart from the baseline's, the first at token 2.");
});

test("the scatter shows the lossless cache lowest and the smallest one leftmost", () => {
  const lines = scatterText(rows).split("\n");
  const lineOf = (name: string) => lines.findIndex((line) => new RegExp(`${name} ●|● ${name}`).test(line));
  expect(lineOf("f16")).toBeGreaterThan(lineOf("q8_0$"));
  expect(lineOf("q8_0$")).toBeGreaterThan(lineOf("iq4_nl/q8_0"));
  const columnOf = (name: string) => lines[lineOf(name)]?.indexOf("●") ?? 0;
  expect(columnOf("iq4_nl/q8_0")).toBeLessThan(columnOf("q8_0$"));
  expect(scatterText(rows.slice(0, 1))).toBe("");
});

describe("CSV", () => {
  const lines = csvText(report).trimEnd().split("\n");

  test("has a line for each depth, and one for a pair without figures", () => {
    expect(lines.length).toBe(1 + 2 + 2 + 2 + 1);
    expect(new Set(lines.slice(0, 7).map((line) => line.split(",").length)).size).toBe(1);
    expect(lines[4]).toMatch(/^q8_0,q8_0,ok,0\.003,.*,2048,50,25,0\.5,0\.5,12240,/);
  });

  test("quotes what holds a comma", () => expect(lines.at(-1)).toMatch(/^q4_0,q4_0,unsupported,,.*,"no, it cannot"$/));
});

test("Markdown has a line a row, and a bar in a text ends no cell", () => {
  const bars = { ...rows[0], verdict: "a | b" } as (typeof rows)[0];
  const text = markdownText(comparisonOf([bars]), 0.01);
  expect(text).toContain("| a \\| b |");
  expect(text.split("\n").filter((line) => line.startsWith("| "))).toHaveLength(3);
  expect(text).toContain("No cache loses at most 0.01 nats a token.");
});

test("the page says what was found, which cache to take and where answers depart, in text", () => {
  const page = htmlPage(report, 0.01);
  expect(page).toContain("<h1>tiny: q8_0 takes 47% less memory than f16, and loses 0.00300 nats a token</h1>");
  expect(page).toContain("Use it with: <code>kvchat run tiny --kv q8_0</code>");
  expect(page).toContain("<h2>Only q8_0 loses at most 0.01 nats a token to f16</h2>");
  expect(page).toContain("with q8_0 and 0.4800 nats with iq4_nl/q8_0</h2>");
  expect(page).toContain("<h2>q8_0 reads a prompt at 0.50 of f16&#39;s speed behind 2,048 tokens</h2>");
  expect(page).toContain("<b>q4_0</b> unsupported: no, it cannot");
  expect(page).toContain("The sky<mark> is blue.</mark>");
  expect(page).toContain("<mark>␛[2J &lt;script&gt;alert(1)&lt;/script&gt; | is green, &quot;it&quot; says.</mark>");
  expect(page).not.toContain(report.model.path);
});

describe("what a page says of", () => {
  const row = (k: "q8_0" | "q4_0", loss: number, ratio = 1) => comparedRow(k, { loss, bytes: 12_240, ratio });
  const [f16, mild, bad] = [comparedRow("f16", { loss: 0, bytes: 23_040 }), row("q8_0", 0.001), row("q4_0", 0.2, 0.5)];

  test.each([
    ["one that is recommended", [f16, mild, bad], "q8_0/q8_0", "tiny: q8_0 takes 47% less memory than f16, and loses"],
    ["a baseline without rival", [f16, bad], "f16/f16", "tiny: nothing smaller than f16 loses at most 0.01 nats"],
    ["a baseline alone", [f16], "f16/f16", "KV cache types of tiny"],
    ["nothing", [], null, "KV cache types of tiny"],
  ])("%s", (_what, some, recommended, found) => {
    expect(headline(comparisonOf(some, recommended), 0.01)).toContain(found);
  });

  test("losses", () => {
    expect(paretoFinding([f16, mild, bad], 0.01)).toBe("Only q8_0 loses at most 0.01 nats a token to f16");
    expect(paretoFinding([f16, mild, bad], 0.5)).toBe("q8_0 and q4_0 lose at most 0.5 nats a token to f16");
    expect(paretoFinding([f16, bad], 0.01)).toBe("None loses at most 0.01 nats a token to f16");
    expect(spreadFinding([mild])).toBe("One token in a hundred moves by more than 0.00800 nats with q8_0");
  });

  test("speeds", () => {
    expect(speedFinding([f16, mild, bad], "decode")).toBe("q4_0 answers at 0.50 of f16's speed behind 2,048 tokens");
    expect(speedFinding([f16, mild], "prefill")).toBe("All read a prompt about as fast as f16");
    expect(speedFinding([f16, row("q8_0", 0, 1.4)], "decode")).toContain("q8_0 answers at 1.40 of f16's speed");
    expect(speedFinding([f16], "decode")).toBe("Decode");
  });
});
