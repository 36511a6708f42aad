// The pages of `compare --html` and `explain --html` as a reader has them: light and dark, wide and narrow, on paper, with scripts
// and without.
import { describe, expect, test } from "vitest";
import { htmlPage as comparePage } from "../../../src/cli/compare/html-page.ts";
import { htmlPage as explainPage } from "../../../src/cli/explain/html-page.ts";
import { comparisonOf } from "../../helpers/compared-rows.ts";
import { explanation } from "../../helpers/explanation.ts";
import { pageOpener } from "../../helpers/open-page.ts";
import { contrasts, overlaps, textOf } from "../../helpers/page-probes.ts";
import { hostile, plottedRows } from "../../helpers/plotted-rows.ts";

const open = pageOpener();
const model = { name: hostile, path: "/models/m.gguf", architecture: "llama" };
const compared = comparePage({ ...comparisonOf(plottedRows, "q8_0/q8_0"), model }, 0.01);
const explained = explainPage(explanation(30, { prompt: "Hello", text: hostile, model: hostile }));
const pages = [
  ["compare", compared, ["pareto", "spread", "prefill", "decode"]],
  ["explain", explained, ["computed", "sum", "time", "cache"]],
] as const;

describe.each(pages)("the page of %s", (_name, html, plots) => {
  test.each([
    [1280, "light"],
    [400, "dark"],
  ] as const)(
    "%i pixels wide, %s: asks for nothing, complains of nothing, has all plots and fits",
    async (width, scheme) => {
      const { page, asked, complaints } = await open(html, { width, scheme });
      expect({ asked, complaints }).toEqual({ asked: [], complaints: [] });
      expect(await page.$$eval(".plot", (places) => places.map(({ id }) => id))).toEqual(plots);
      expect(await page.$$eval(".plot > svg[role=img][aria-label]", (all) => all.length)).toBe(plots.length);
      const room = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(room).toBe(0);
      const outside = await page.$$eval(".plot text", (all) =>
        all
          .filter((text) => text.getBoundingClientRect().left < 0 || text.getBoundingClientRect().right > innerWidth)
          .map((text) => text.textContent),
      );
      expect(outside).toEqual([]);
      expect(await page.evaluate(overlaps)).toEqual([]);
    },
  );

  test.each(["light", "dark"] as const)("%s: every word and every mark stands out from its ground", async (scheme) => {
    const { page } = await open(html, { scheme });
    await page.$$eval("details", (all) => {
      for (const details of all) details.open = true;
    });
    const { words, marks } = await page.evaluate(contrasts);
    expect(words.length).toBeGreaterThan(50);
    expect(words.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    expect(marks.length).toBeGreaterThan(10);
    expect(marks.filter(({ contrast }) => contrast < 3)).toEqual([]);
  });

  test("is light on paper", async () => {
    const { page } = await open(html, { scheme: "dark" });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await ground()).toBe("rgb(22, 24, 27)");
    await page.emulateMediaType("print");
    expect(await ground()).toBe("rgb(255, 255, 255)");
  });

  test("text of a model is text", async () => {
    const { page } = await open(html);
    expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
    expect(await page.$$eval("img, iframe, link, blockquote b", (found) => found.length)).toBe(0);
    expect(await page.$$eval("script", (all) => all.map(({ type }) => type))).toEqual(["application/json", ""]);
    expect(await page.evaluate(textOf, "h1")).toContain(hostile);
    expect(await page.evaluate(textOf, "body")).toContain(hostile.slice("The sky".length));
  });

  test("no other script runs in it, and nothing is fetched", async () => {
    const { page, asked } = await open(html);
    await page.evaluate(() => {
      const refused = document.body.appendChild(document.createElement("output"));
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        refused.append(`${effectiveDirective} `);
      });
      const script = document.createElement("script");
      script.textContent = "globalThis.hacked = true";
      document.body.append(script);
      new Image().src = "http://127.0.0.1:9/picture.png";
      void fetch("http://127.0.0.1:9/").catch(() => {});
    });
    for (const directive of ["script-src-elem", "img-src", "connect-src"]) {
      await page.waitForSelector(`output::-p-text(${directive})`);
    }
    expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
    expect(asked).toEqual([]);
  });

  test("without scripts the figures are there, as tables", async () => {
    const { page } = await open(html, { scripts: false });
    expect(await page.$$eval(".plot", (all) => all.filter((place) => place.checkVisibility()).length)).toBe(0);
    const cells = await page.$$eval("figure table", (all) =>
      all.map((table) => (table.checkVisibility() ? table.rows.length : 0)),
    );
    expect(cells).toEqual(html === compared ? [6, 5, 11, 11] : [31]);
  });
});
