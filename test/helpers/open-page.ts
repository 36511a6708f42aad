// A page as a reader opens it, in a browser that the tests of a file share.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { launchChromium } from "./chromium.ts";
import { tempFolder } from "./temp-folder.ts";

/** Call it where tests are defined: the browser is there before them, and gone after. */
export function pageOpener(): (html: string, looks?: Looks) => Promise<Opened> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  return (html, looks) => {
    if (!browser) throw new Error("the browser is opened before the first test");
    return open(browser, html, looks);
  };
}

export interface Looks {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  readonly scripts?: boolean;
}

export interface Opened {
  readonly page: Page;
  /** Addresses that it asked for, and what the browser complained of. */
  readonly asked: readonly string[];
  readonly complaints: readonly string[];
}

async function open(
  browser: Browser,
  html: string,
  { width = 1280, scheme = "light", scripts = true }: Looks = {},
): Promise<Opened> {
  const file = join(tempFolder(), "page.html");
  writeFileSync(file, html);
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setJavaScriptEnabled(scripts);
  await page.goto(pathToFileURL(file).href);
  if (scripts) await page.waitForSelector(".plot svg");
  return { page, asked: asked.filter((url) => url !== pathToFileURL(file).href), complaints };
}

/** What the tooltip says with the pointer at the middle of one of the marks. */
export async function tipAt(page: Page, marks: string, index: number): Promise<string> {
  const mark = (await page.$$(marks))[index];
  if (!mark) throw new Error(`there is no mark ${index} of ${marks}`);
  await mark.scrollIntoView();
  const box = await mark.boundingBox();
  if (!box) throw new Error("the mark is not drawn");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const tip = await page.waitForSelector("g[aria-label=tip] text");
  return (
    (await tip?.evaluate((text) =>
      [...text.querySelectorAll("tspan")].map((line) => line.textContent?.replace("\u200b", "")).join("\n"),
    )) ?? ""
  );
}
