// The plots of an explanation's page.
import { expect, test } from "vitest";
import { htmlPage } from "../../../src/cli/explain/html-page.ts";
import { explanation } from "../../helpers/explanation.ts";
import { pageOpener, tipAt } from "../../helpers/open-page.ts";
import { textOf } from "../../helpers/page-probes.ts";

const open = pageOpener();
const explained = htmlPage(explanation(30));

test("has both ways in each plot, and tells both at a step", async () => {
  const { page } = await open(explained);
  for (const id of ["computed", "sum", "time", "cache"]) {
    expect(await page.$$eval(`#${id} g[aria-label=text] text`, (all) => all.map((text) => text.textContent))).toEqual([
      "without",
      "with",
    ]);
    expect(await page.$$eval(`#${id} g[aria-label=dot] > *`, (all) => all.length)).toBe(2 * 30 + 2);
  }
  const tip = await tipAt(page, "#computed g[aria-label=dot] > *", 4);
  expect(tip).toContain("step 5");
  expect(tip).toContain("without: 6");
  expect(tip).toContain("with: 1");
});

test.each([1, 300])("of %i steps is drawn", async (steps) => {
  const { page, complaints } = await open(htmlPage(explanation(steps)));
  expect(await page.$$eval(".plot svg", (all) => all.length)).toBe(4);
  expect(complaints).toEqual([]);
  expect(await page.evaluate(textOf, "body")).not.toMatch(/NaN|Infinity|undefined/);
});
