// Where the links of `[text][label]` lead, told in a line of its own: https://spec.commonmark.org/0.31.2/#link-reference-definitions.
// What stood before it was printed as it was written, so that the line is shown too.
import { linkSpans } from "./link.ts";
import { type Definitions, type Look, type Span, span } from "./span.ts";

export interface Definition {
  readonly label: string;
  readonly href: string;
  /** As it is written, with its marks. */
  readonly title: string;
}

const definitionLine = /^ {0,3}\[([^[\]^][^[\]]*)\]: *(?:<([^<>]*)>|([^\s<]\S*))( +(?:"[^"]*"|'[^']*'|\([^()]*\)))? *$/;
/** An answer that a person reads has a few; each is copied with the next. */
const mostDefinitions = 100;

export function readDefinition(line: string): Definition | undefined {
  const [, label = "", bracketed, bare = "", title = ""] = definitionLine.exec(line) ?? [];
  const href = bracketed ?? bare;
  return label.trim() === "" || href === "" ? undefined : { label, href, title };
}

/** The first of a label counts. */
export function withDefinition(known: Definitions, { label, href }: Definition): Definitions {
  const name = label.replace(/\s+/g, " ").toLowerCase();
  if (Object.hasOwn(known, name) || Object.keys(known).length >= mostDefinitions) return known;
  return { ...known, [name]: { href, title: undefined } };
}

export function definitionSpans({ label, href, title }: Definition, look: Look): Span[] {
  const address = linkSpans({ href, text: href, spans: [span(href)] }, look);
  return [span("[", "faint"), span(label), span("]: ", "faint"), ...address, span(title, "faint")];
}
