// `kvchat sessions export`: the formats, and where the text goes.
import { writeFileSync } from "node:fs";
import { extname } from "node:path";
import type { SessionSource } from "../../session/conversation-api.ts";
import { ExitCode, KvchatError } from "../../session/errors.ts";
import { quoted } from "../../session/models/quoted.ts";
import { exportHtml } from "../../session/store/export-html.ts";
import { exportJson } from "../../session/store/export-json.ts";
import { exportJsonl } from "../../session/store/export-jsonl.ts";
import { exportMarkdown } from "../../session/store/export-markdown.ts";
import type { SessionStore } from "../../session/store/session-store.ts";
import { printable } from "../chat/printable.ts";

export const exportFormats = {
  md: (source: SessionSource) => exportMarkdown(source.load()),
  json: (source: SessionSource) => exportJson(source.loadTree()),
  jsonl: (source: SessionSource) => exportJsonl(source.load()),
  html: (source: SessionSource) => exportHtml(source.load()),
};

export function sourceOf(store: SessionStore, id: string): SessionSource {
  return { load: () => store.load(id), loadTree: () => store.loadTree(id) };
}

export type ExportFormat = keyof typeof exportFormats;

/** The format that a file's name asks for; Markdown where it asks for none. */
export function formatOf(file: string | undefined): ExportFormat {
  const ending = extname(file ?? "").slice(1);
  return Object.hasOwn(exportFormats, ending) ? (ending as ExportFormat) : "md";
}

/** To the file, or to stdout: as it is in a pipe, without control characters on a terminal. */
export function deliver(text: string, file: string | undefined): void {
  if (file === undefined || file === "-") {
    process.stdout.write(process.stdout.isTTY ? printable(text) : text);
    return;
  }
  writeText(text, file);
}

/** Throws a KvchatError where it cannot be written. */
export function writeText(text: string, file: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (cause) {
    throw new KvchatError(`Cannot write ${quoted(file)}: ${(cause as Error).message}.`, {
      hint: "Name a file in a folder that is there and that you may write to.",
      exitCode: ExitCode.failed,
      cause,
    });
  }
}
