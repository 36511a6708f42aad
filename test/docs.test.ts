// The documents agree with the sources: flags, paths, commands.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withOptionTable } from "../scripts/docs/option-table.ts";
import { policies } from "../src/cache/window/index.ts";
import { commands } from "../src/cli/command-table.ts";

const root = join(import.meta.dirname, "..");
const read = (name: string) => readFileSync(join(root, name), "utf8");

describe("README", () => {
  test("has the flags of the help; `npm run docs` writes them", () => {
    expect(withOptionTable(read("README.md"))).toBe(read("README.md"));
  });

  test("names every command and window policy", () => {
    for (const { name } of commands) expect(read("README.md")).toContain(`kvchat ${name}`);
    for (const name of Object.keys(policies)) expect(read("README.md")).toContain(`| \`${name}\` |`);
  });
});

test.each(["ARCHITECTURE.md", "AGENTS.md"])("%s names paths that exist", (document) => {
  const paths = [...read(document).matchAll(/`((?:src|test|scripts)\/[\w./-]+)`/g)].map((match) => match[1] as string);
  expect(paths.length).toBeGreaterThan(3);
  expect(paths.filter((path) => !existsSync(join(root, path)) && !path.includes("NAME"))).toEqual([]);
});

test("CHANGELOG has an Unreleased section", () => {
  expect(read("CHANGELOG.md")).toMatch(/^## Unreleased$/m);
});
