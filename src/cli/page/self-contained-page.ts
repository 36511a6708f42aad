// The frame of a page that is one file: it asks no network for anything, and no script runs in it but the one that draws its plots.
import { createHash } from "node:crypto";
import { pageScript } from "#page-script";
import { escapeHtml } from "./escape-html.ts";
import type { PageData } from "./page-data.ts";
import { pageStyle } from "./page-style.ts";

export interface Page {
  readonly title: string;
  /** What was found, in one sentence. */
  readonly finding: string;
  /** HTML. What it says in figures must be there without scripts. */
  readonly body: string;
  readonly footer: string;
  readonly data: PageData;
}

export function selfContainedPage({ title, finding, body, footer, data }: Page): string {
  const script = insideElement(pageScript());
  const hash = createHash("sha256").update(script).digest("base64");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
<noscript><style>.plot { display: none; }</style></noscript>
</head>
<body>
<h1>${escapeHtml(finding)}</h1>
${body}
<footer>${escapeHtml(footer)}</footer>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** What would end a script element, or begin a comment in it, stands in strings only, where an escape says the same. */
function insideElement(script: string): string {
  return script.replace(/<(?=\/script|!--)/gi, "\\x3C");
}
