// The README's table of flags, written from the same tables as `kvchat run --help`.
import { describeSetting } from "../../src/cli/help.ts";
import { runFlags } from "../../src/cli/settings/run-flags.ts";
import { type Setting, settings } from "../../src/cli/settings/schema.ts";

const begin = "<!-- options: written by `npm run docs` -->";
const end = "<!-- end of options -->";

/** Markdown: a table with one line a flag. */
export function optionTable(): string {
  const rows = [
    ...runFlags.map(({ key, aliases, summary }) => row(`--${key}`, aliases, summary)),
    ...(settings as readonly Setting[]).map((setting) =>
      row(`--${setting.key}`, setting.aliases ?? [], describeSetting(setting)),
    ),
  ];
  return ["| flag | what it does |", "| --- | --- |", ...rows].join("\n");
}

function row(flag: string, aliases: readonly string[], text: string): string {
  const names = [...aliases, flag].map((name) => `\`${name}\``).join(" ");
  return `| ${names} | ${text.replaceAll("|", "\\|")} |`;
}

/** The document with its table renewed. Throws where it has no place for one. */
export function withOptionTable(document: string): string {
  const start = document.indexOf(begin);
  const stop = document.indexOf(end);
  if (start < 0 || stop < start) throw new Error(`The document lacks "${begin}" and "${end}".`);
  return `${document.slice(0, start)}${begin}\n${optionTable()}\n${document.slice(stop)}`;
}
