// The built binary has in it what draws a page's plots: the page needs nothing of the machine that wrote it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runBinary } from "../helpers/binary.ts";
import { pageOpener } from "../helpers/open-page.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const open = pageOpener();

test("a page that the binary wrote draws its plots, and carries the licences of what draws them", async () => {
  const home = tempFolder();
  const args = ["explain", "smollm2", "Once upon a", "-n", "3", "--html", "page.html"];
  const { code, stderr } = runBinary(args, { home, env: { KVCHAT_THREADS: "1" } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "Wrote page.html\n" });
  const html = readFileSync(join(home, "page.html"), "utf8");
  expect(html).toContain("@observablehq/plot:\n\nCopyright 2020-2025 Observable, Inc.");
  expect(html).toContain("Copyright 2010-2026 Mike Bostock");
  const { page, asked, complaints } = await open(html);
  expect(await page.$$eval(".plot svg", (all) => all.length)).toBe(4);
  expect({ asked, complaints }).toEqual({ asked: [], complaints: [] });
});
