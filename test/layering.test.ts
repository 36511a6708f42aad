// The order of the source: imports go cli → session → cache and never back, without cycles, and what belongs to one place
// (the engine's native module, the screen, the end of the process) is met there alone.
import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const aliases: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).imports;

interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Paths of source files, or names of packages. */
  readonly imports: readonly string[];
}

const forwardSlashes = (path: string) => path.replaceAll("\\", "/");
const importPattern = /\b(?:from|import|import\()\s*["']([^"'\n]+)["']/g;

function importsIn(text: string, path: string): string[] {
  return [...text.matchAll(importPattern)].map(([, name = ""]) => {
    if (name.startsWith(".")) return forwardSlashes(normalize(join(path, "..", name)));
    return aliases[name]?.replace("./", "") ?? name;
  });
}

const files: SourceFile[] = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => {
    const path = forwardSlashes(join("src", name));
    const text = readFileSync(join(root, path), "utf8");
    return { path, text, imports: importsIn(text, path) };
  });

const pathsWhere = (matches: (file: SourceFile) => boolean) => files.filter(matches).map(({ path }) => path);
const folderOf = (path: string) => path.split("/")[1];

test("imports of every kind are seen", () => {
  const text = `
    import { a } from "./a.ts";
    import type { B } from '../b.ts';
    export { c } from "./c/c.ts";
    import "./d.ts";
    const { e } = await import("#native-files");
    import ink from "ink";`;
  expect(importsIn(text, "src/cli/x.ts")).toEqual([
    "src/cli/a.ts",
    "src/b.ts",
    "src/cli/c/c.ts",
    "src/cli/d.ts",
    "src/cli/native/native-files.ts",
    "ink",
  ]);
});

describe("folders", () => {
  test("src has three, and no files beside them", () => {
    expect(readdirSync(join(root, "src")).sort()).toEqual(["cache", "cli", "session"]);
  });

  test("every import leads to a file that is there", () => {
    const known = new Set(files.map(({ path }) => path));
    const local = files.flatMap(({ imports }) => imports).filter((name) => name.startsWith("src/"));
    expect(local.length).toBeGreaterThan(files.length);
    expect(local.filter((name) => !known.has(name) && !name.endsWith(".json"))).toEqual([]);
  });

  test.each([
    ["cache", ["cache"]],
    ["session", ["session", "cache"]],
    ["cli", ["cli", "session", "cache"]],
  ])("%s imports from %j alone", (folder, allowed) => {
    const inFolder = files.filter(({ path }) => folderOf(path) === folder);
    expect(inFolder.length).toBeGreaterThan(0);
    const wrong = inFolder.flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith("src/") && !allowed.includes(folderOf(name) ?? ""))
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test("no file is named after nothing in particular", () => {
    expect(pathsWhere(({ path }) => /(^|[/-])(utils?|helpers?|managers?|common)([./-]|$)/.test(path))).toEqual([]);
  });
});

test("no file imports itself through others", () => {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  function findCycle(path: string, way: readonly string[]): string | undefined {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path].join(" → ");
    if (done.has(path)) return undefined;
    for (const next of importsOf.get(path) ?? []) {
      const cycle = findCycle(next, [...way, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return undefined;
  }
  expect(files.map(({ path }) => findCycle(path, [])).filter(Boolean)).toEqual([]);
});

describe("what belongs to one place", () => {
  const outside = (place: string) => (file: SourceFile) => !file.path.startsWith(place);
  const importsOne =
    (...names: string[]) =>
    ({ imports }: SourceFile) =>
      imports.some((imported) => names.some((name) => imported === name || imported.startsWith(`${name}/`)));

  test("the engine's native module is in src/session/engine", () => {
    const importers = files.filter(importsOne("node-llama-cpp", "@node-llama-cpp"));
    const requirers = files.filter(({ text }) => /\.node["'`]|process\.dlopen|createRequire/.test(text));
    expect(importers.length).toBeGreaterThan(0);
    expect(requirers.length).toBeGreaterThan(0);
    const engine = outside("src/session/engine/");
    expect([...importers, ...requirers].filter(engine).map(({ path }) => path)).toEqual([]);
  });

  test("React, Ink, yargs and standard input and output are in src/cli", () => {
    const cli = outside("src/cli/");
    expect(pathsWhere((file) => cli(file) && importsOne("react", "ink", "yargs", "cli-progress")(file))).toEqual([]);
    expect(pathsWhere((file) => cli(file) && /process\.(std(in|out|err)|exit)|console\.\w+\(/.test(file.text))).toEqual(
      [],
    );
    expect(pathsWhere(importsOne("react", "ink", "yargs"))).not.toEqual([]);
  });

  test("the process ends in src/cli/main.ts", () => {
    expect(pathsWhere(({ text }) => /process\.exit\b/.test(text))).toEqual(["src/cli/main.ts"]);
  });
});
