// Bundles what draws the plots of pages, src/cli/page/browser, into one script with the licences of the packages in it.
// `bun scripts/build/page-script.ts` prints it; in the binary it stands for src/cli/page/page-script.ts.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BunPlugin } from "bun";

export async function bundlePageScript(root: string): Promise<string> {
  const { outputs, metafile } = await Bun.build({
    entrypoints: [join(root, "src/cli/page/browser/main.ts")],
    root,
    target: "browser",
    format: "iife",
    minify: true,
    metafile: true,
  });
  const script = await outputs[0]?.text();
  if (!script || !metafile) throw new Error("Bun made no script for pages");
  return `/*!\n${licenses(root, Object.keys(metafile.inputs))}\n*/\n${script}`;
}

export function pageScriptPlugin(script: string): BunPlugin {
  return {
    name: "kvchat-page-script",
    setup(build) {
      build.onResolve({ filter: /^#page-script$/ }, () => ({ path: "page-script", namespace: "kvchat-page" }));
      build.onLoad({ filter: /.*/, namespace: "kvchat-page" }, () => ({
        loader: "js",
        contents: `export const pageScript = () => ${JSON.stringify(script)};`,
      }));
    },
  };
}

/** The text of each licence once, under the names of the packages that have it. */
function licenses(root: string, inputs: readonly string[]): string {
  const packages = new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const named = Map.groupBy([...packages].sort(), (name) => licenseOf(join(root, "node_modules", name)));
  return [...named].map(([text, names]) => `${names.join(", ")}:\n\n${text}`).join("\n\n");
}

function licenseOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (!file) throw new Error(`${folder} has no licence to go with pages`);
  return readFileSync(join(folder, file), "utf8").trim();
}

if (import.meta.main) process.stdout.write(await bundlePageScript(join(import.meta.dirname, "../..")));
