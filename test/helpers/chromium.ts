// A headless Chromium that comes with the packages, with the libraries and fonts it needs: nothing of the machine's own.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "puppeteer-core";

/** The package's own names folders of Lambda. */
const fontConfig = `<?xml version="1.0"?><fontconfig>
<dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

export async function launchChromium(): Promise<Browser> {
  const { launch } = (await import("puppeteer-core")).default;
  const folder = await unpackedChromium();
  return launch({
    executablePath: join(folder, "chromium"),
    headless: "shell",
    // Tests may run as root, where Chromium has no sandbox. The pages are our own.
    args: ["--no-sandbox"],
    env: {
      ...process.env,
      HOME: folder,
      XDG_CACHE_HOME: join(folder, "cache"),
      LD_LIBRARY_PATH: join(folder, "al2023/lib"),
      FONTCONFIG_PATH: join(folder, "fonts"),
    },
  });
}

/** It unpacks into the folder for temporary files, once for all: here into a folder of its version, made whole in one step. */
async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(modules, "@sparticuz/chromium/package.json"), "utf8"));
  const folder = join(modules, ".cache", `chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  const { TMPDIR } = process.env;
  // The package unpacks its libraries on Lambda alone, which it knows by this variable.
  Object.assign(process.env, { TMPDIR: work, AWS_LAMBDA_JS_RUNTIME: "nodejs24.x" });
  const chromium = (await import("@sparticuz/chromium")).default;
  chromium.setGraphicsMode = false;
  await chromium.executablePath();
  writeFileSync(join(work, "fonts/fonts.conf"), fontConfig);
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  try {
    renameSync(work, folder);
  } catch {
    // Another test was faster.
    rmSync(work, { recursive: true });
  }
  return folder;
}
