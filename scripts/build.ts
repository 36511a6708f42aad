// Builds the single binary: `bun scripts/build.ts [--target PLATFORM] [--cuda] [--outfile PATH]`, by default dist/kvchat for
// this machine. The same sources and packages give the same bytes.
import { chmodSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import prettyBytes from "pretty-bytes";
import { embedPrebuilds } from "./build/embed-prebuilds.ts";
import { nativeFilesPlugin } from "./build/native-files-plugin.ts";
import { bundlePageScript, pageScriptPlugin } from "./build/page-script.ts";
import { hostPlatform, prebuildsOf, targets } from "./build/targets.ts";

const root = join(import.meta.dirname, "..");

async function build(): Promise<void> {
  const { values } = parseArgs({
    options: { target: { type: "string" }, cuda: { type: "boolean", default: false }, outfile: { type: "string" } },
  });
  const platform = values.target ?? hostPlatform();
  const target = targets[platform];
  if (!target) throw new Error(`No such target: ${platform}. There are: ${Object.keys(targets).join(", ")}`);
  const isHost = platform === hostPlatform();
  const name = `kvchat${isHost ? "" : `-${platform}`}${values.cuda ? "-cuda" : ""}${target.suffix}`;
  const outfile = values.outfile ?? join(root, "dist", name);
  const prebuilds = await prebuildsOf(target, { root, cuda: values.cuda });
  const workDir = join(root, "node_modules", ".cache", "kvchat-build");
  const folders = embedPrebuilds(prebuilds, workDir);
  mkdirSync(dirname(outfile), { recursive: true });
  rmSync(outfile, { force: true });
  await compile(target.bunTarget, outfile, folders);
  if (!existsSync(outfile)) throw new Error(`Bun made no ${outfile}`);
  chmodSync(outfile, 0o755);
  process.stderr.write(
    `${outfile}: ${prettyBytes(statSync(outfile).size)}, ${prebuilds.map(({ name }) => name).join(", ")}\n`,
  );
}

async function compile(target: string, outfile: string, folders: ReturnType<typeof embedPrebuilds>): Promise<void> {
  const result = await Bun.build({
    entrypoints: [join(root, "src/cli/main.ts")],
    root,
    plugins: [nativeFilesPlugin(root, folders), pageScriptPlugin(await bundlePageScript(root))],
    format: "esm",
    splitting: true,
    bytecode: true,
    minify: true,
    sourcemap: "none",
    define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
    // Without these, files in the user's current folder would decide what the binary does.
    compile: {
      target: target as Bun.Build.CompileTarget,
      outfile,
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
  });
  for (const log of result.logs) process.stderr.write(`${log.message}\n`);
}

try {
  await build();
} catch (error) {
  const causes = error instanceof AggregateError ? error.errors : [error];
  for (const cause of causes) process.stderr.write(`${cause instanceof Error ? cause.message : cause}\n`);
  process.exitCode = 1;
}
