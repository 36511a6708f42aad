// Links as terminals know them, and what stands for them elsewhere. Their addresses come from a model: only those that a browser
// or a mail program opens become links, and none can be something else than it shows.
import { printable } from "../printable.ts";
import { type Look, type Span, styled } from "./span.ts";

interface Link {
  readonly href: string;
  readonly text: string;
  readonly spans: readonly Span[];
}

const openable = new Set(["http:", "https:", "mailto:"]);
/** Longer ones are refused by VTE, and so by most terminals. */
const longest = 2000;

export function linkSpans({ href, text, spans }: Link, look: Look): Span[] {
  const url = look.hasLinks ? safeUrl(href) : undefined;
  const shown = url === undefined ? spans : styled(spans, "underlined").map((span) => ({ ...span, url }));
  const isTold = bare(text) === bare(href);
  // A text that names another address than the link has is told its address as well.
  if (isTold || (url !== undefined && !looksLikeAddress(text))) return [...shown];
  return [...shown, { text: ` (${printable(href)})`, styles: ["faint"] }];
}

/** In the characters that OSC 8 allows; undefined for what must not become a link. */
function safeUrl(href: string): string | undefined {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (!url || !openable.has(url.protocol) || url.href.length > longest) return undefined;
  return /^[!-~]+$/.test(url.href) ? url.href : undefined;
}

function looksLikeAddress(text: string): boolean {
  return /^\s*(\w+:\/\/|www\.|[\w-]+(\.[\w-]+)+(\/|\s*$))/i.test(text);
}

function bare(address: string): string {
  return address.replace(/^(mailto:|https?:\/\/)/i, "").replace(/\/$/, "");
}
