// The frame of a page that is one file: it asks no network for anything and runs no script.
import { escapeHtml } from "./escape-html.ts";

/** `body` is HTML, without its heading; `footer` is text. */
export function selfContainedPage(page: { title: string; style: string; body: string; footer: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(page.title)}</title>
<style>${page.style}</style>
</head>
<body>
<h1>${escapeHtml(page.title)}</h1>
${page.body}
<footer>${escapeHtml(page.footer)}</footer>
</body>
</html>
`;
}
