// The plots of a comparison's page: what is drawn in them, what they tell of it, and what is left out.
import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";
import type { KvType } from "../../../src/cache/types.ts";
import { htmlPage } from "../../../src/cli/compare/html-page.ts";
import { comparedRow, comparisonOf } from "../../helpers/compared-rows.ts";
import { pageOpener, tipAt } from "../../helpers/open-page.ts";
import { hueOf, overlaps, textOf } from "../../helpers/page-probes.ts";
import { measuredNames, plottedRows, unsupported } from "../../helpers/plotted-rows.ts";

const open = pageOpener();
const compared = htmlPage(comparisonOf(plottedRows, "q8_0/q8_0"), 0.01);

/** Names of the rows whose marks or labels are in a plot. */
const namesIn = (page: Page, id: string) =>
  page.$$eval(`#${id} g[aria-label=text] text`, (all) => all.map((text) => text.textContent ?? ""));

test("has a mark and a name for every row that was measured", async () => {
  const { page } = await open(compared);
  const count = (selector: string) => page.$$eval(selector, (all) => all.length);
  expect(new Set(await namesIn(page, "pareto"))).toEqual(new Set(["allowed", ...measuredNames]));
  expect(await count("#pareto g[aria-label=dot] path")).toBe(measuredNames.length);
  expect((await namesIn(page, "spread")).filter((name) => !name.startsWith("1%"))).toEqual(measuredNames.slice(1));
  for (const id of ["prefill", "decode"]) {
    expect(new Set(await namesIn(page, id))).toEqual(new Set(measuredNames));
    expect(await count(`#${id} g[aria-label=line] path`)).toBe(measuredNames.length);
    // At two depths, and beside the name.
    expect(await count(`#${id} g[aria-label=dot] path`)).toBe(3 * measuredNames.length);
  }
});

test("its bars are as high as the share of tokens in them", async () => {
  const { page } = await open(compared);
  const bars = await page.$$eval("#spread g[aria-label=rect] > g", (strips) =>
    strips.map((strip) => [...strip.querySelectorAll("rect")].map((bar) => bar.getBoundingClientRect().height)),
  );
  for (const [index, heights] of bars.entries()) {
    const { tokens } = plottedRows[index + 1]?.quality?.kld.histogram ?? { tokens: [] };
    const most = Math.max(...heights);
    const shares = tokens.filter((inBin) => inBin > 0).map((inBin) => inBin / Math.max(...tokens));
    const drawn = heights.filter((height) => height > 1).map((height) => height / most);
    expect(drawn.length).toBe(shares.length);
    for (const [at, share] of shares.entries()) expect(drawn[at]).toBeCloseTo(share, 1);
  }
  expect(bars.length).toBe(measuredNames.length - 1);
});

test.each([
  ["pareto", "path", 1, ["q8_0", "12,240 bytes a token", "0.00300 ± 0.00030 nats in the window", "perplexity ×1.003"]],
  ["prefill", "path", 3, ["q8_0 behind 2,048 tokens", "prefill: ×0.50 (rounds ×0.50 to ×0.50)", "50 tokens a second"]],
  ["decode", "path", 3, ["q8_0 behind 2,048 tokens", "25 tokens a second"]],
] as const)("tells of what the pointer is at: %s", async (id, shape, index, told) => {
  const { page } = await open(compared);
  const tip = await tipAt(page, `#${id} g[aria-label=dot] ${shape}`, index);
  for (const words of told) expect(tip).toContain(words);
});

test("tells how many tokens a bar stands for", async () => {
  const { page } = await open(compared);
  const { tokens } = plottedRows[1]?.quality?.kld.histogram ?? { tokens: [] };
  const tallest = await page.$$eval("#spread g[aria-label=rect] > g:first-child rect", (bars) => {
    const heights = bars.map((bar) => bar.getBoundingClientRect().height);
    return heights.indexOf(Math.max(...heights));
  });
  const tip = await tipAt(page, "#spread g[aria-label=rect] > g:first-child rect", tallest);
  expect(tip).toMatch(new RegExp(`^q8_0, .* nats.*${Math.max(...tokens)} tokens`, "s"));
});

test("a row is left out of all plots and taken back, by its box or the keyboard", async () => {
  const { page } = await open(compared);
  expect(await page.$$eval("#rows input", (boxes) => boxes.length)).toBe(measuredNames.length);
  const isIn = async () => {
    const found = [];
    for (const id of ["pareto", "spread", "prefill", "decode"]) found.push((await namesIn(page, id)).includes("q4_0"));
    return found;
  };
  expect(await isIn()).toEqual([true, true, true, true]);
  await page.click("#rows li:nth-child(4) input");
  expect(await isIn()).toEqual([false, false, false, false]);
  await page.keyboard.press("Space");
  expect(await isIn()).toEqual([true, true, true, true]);
});

test("with every row left out the plots stay, empty", async () => {
  const { page, complaints } = await open(compared);
  for (let row = 1; row <= measuredNames.length; row++) await page.click(`#rows li:nth-child(${row}) input`);
  expect(await page.$$eval(".plot svg", (all) => all.length)).toBe(4);
  expect(await namesIn(page, "pareto")).toEqual(["allowed"]);
  expect(complaints).toEqual([]);
});

test("many rows keep their names apart on a narrow page; those of the same hue differ in shape and in dash", async () => {
  const types: readonly KvType[] = ["f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl", "f32"];
  const many = types.map((type, index) => comparedRow(type, { loss: index / 100, bytes: 23_040 - 1000 * index }));
  const { page } = await open(htmlPage(comparisonOf(many), 0.01), { width: 400 });
  expect(await page.evaluate(overlaps)).toEqual([]);
  const marks = await page.evaluate(hueOf, "#pareto g[aria-label=dot] path");
  expect(marks.filter(({ hue }) => hue === marks[0]?.hue)).toHaveLength(1);
  expect(new Set(marks.map(({ hue, shape }) => `${hue} ${shape}`)).size).toBe(many.length);
  const lines = await page.$$eval("#prefill g[aria-label=line]", (all) =>
    all.map((line) => `${line.getAttribute("stroke")} ${line.getAttribute("stroke-dasharray")}`),
  );
  expect(new Set(lines).size).toBe(many.length);
});

test.each([
  ["no rows", [], []],
  ["the baseline alone", plottedRows.slice(0, 1), ["pareto", "prefill", "decode"]],
  ["rows without speed", plottedRows.map((row) => ({ ...row, speed: [] })), ["pareto", "spread"]],
  [
    "one depth",
    plottedRows.map((row) => ({ ...row, speed: row.speed.slice(0, 1) })),
    ["pareto", "spread", "prefill", "decode"],
  ],
  [
    "no eviction",
    plottedRows.map((row) => ({ ...row, quality: row.quality && { ...row.quality, afterEviction: null } })),
    ["pareto", "spread", "prefill", "decode"],
  ],
  ["nothing that runs", [unsupported], []],
] as const)("of %s has the plots that there is something to draw in", async (_what, some, plots) => {
  const html = htmlPage({ ...comparisonOf(some), complete: false }, 0.01);
  const { page, complaints } = await open(html, { scripts: plots.length > 0 });
  expect(await page.$$eval(".plot svg", (all) => all.map((svg) => svg.parentElement?.id))).toEqual(plots);
  expect(complaints).toEqual([]);
  expect(await page.evaluate(textOf, "body")).not.toMatch(/NaN|Infinity|undefined/);
});
