// What stands inside of a paragraph: emphasis, code, links. marked reads it; this says how each looks.
import { decodeHTMLStrict } from "entities";
import { Lexer, type Token, type Tokens } from "marked";
import remend from "remend";
import { printable } from "../printable.ts";
import type { Style } from "../theme.ts";
import { linkSpans } from "./link.ts";
import type { Definitions, Look, Span } from "./span.ts";

/** Text with none of these is what it is. */
const mayMark = /[*_~`[<!\\&@]|:\/\/|www\./;
/** marked takes the square of them in time; people's text has a few dozen in a paragraph. */
const mostMarks = 300;
const noDefinitions: Definitions = {};

let latest: { readonly text: string; readonly definitions: Definitions; readonly tokens: readonly Token[] } | undefined;

export function lexInline(text: string, { definitions = noDefinitions }: Look): readonly Token[] {
  if (!mayMark.test(text) || (text.match(/[*_~`[<!&@]/g)?.length ?? 0) > mostMarks) return [verbatim(text)];
  // The same text is asked for a few times in a row: how much of it is final, how many lines it has, what they are.
  if (latest?.text !== text || latest.definitions !== definitions) {
    const lexer = new Lexer();
    Object.assign(lexer.tokens.links, definitions);
    latest = { text, definitions, tokens: lexer.inlineTokens(text) };
  }
  return latest.tokens;
}

function verbatim(text: string): Token {
  return { type: "verbatim", raw: text, text };
}

export function inlineSpans(text: string, look: Look): Span[] {
  return tokenSpans(lexInline(text, look), look);
}

/** Text that is cut off as it may go on: what was opened is closed, so that it does not look one way now and another in a moment. */
export function completeMarks(text: string): string {
  return mayMark.test(text) ? remend(text, completions) : text;
}

const completions = {
  linkMode: "text-only",
  katex: false,
  htmlTags: false,
  setextHeadings: false,
  comparisonOperators: false,
  singleTilde: false,
} as const;

export function tokenSpans(tokens: readonly Token[], look: Look, styles: readonly Style[] = []): Span[] {
  return tokens.flatMap((token) => spansOf(token, look, styles));
}

function spansOf(token: Token, look: Look, styles: readonly Style[]): Span[] {
  switch (token.type) {
    case "text":
      return [{ text: decode(token.text), styles }];
    case "escape":
      return [{ text: token.text, styles }];
    case "strong":
      return marked(token as Tokens.Strong, { style: "strong", mark: "**" }, look, styles);
    case "em":
      return marked(token as Tokens.Em, { style: "emphasis", mark: "*" }, look, styles);
    case "del":
      return marked(token as Tokens.Del, { style: "struck", mark: "~~" }, look, styles);
    case "codespan": {
      const text = token.text.replaceAll("\n", " ");
      return look.hasStyles ? [{ text, styles: [...styles, "code"] }] : [{ text: `\`${text}\``, styles }];
    }
    case "br":
      return [{ text: "\n", styles }];
    case "link": {
      const { href, text, tokens } = token as Tokens.Link;
      return linkSpans({ href: decode(href), text, spans: tokenSpans(tokens, look, styles) }, look);
    }
    case "image": {
      const { href, text } = token as Tokens.Image;
      const spans: Span[] = [
        { text: text === "" ? "image" : `image: ${decode(text)}`, styles: [...styles, "emphasis"] },
      ];
      return linkSpans({ href: decode(href), text, spans }, look);
    }
    default:
      // Raw HTML is text, as is whatever else marked may come to know.
      return [{ text: token.raw, styles }];
  }
}

function marked(
  token: Tokens.Strong | Tokens.Em | Tokens.Del,
  { style, mark }: { style: Style; mark: string },
  look: Look,
  styles: readonly Style[],
): Span[] {
  if (look.hasStyles) return tokenSpans(token.tokens, look, [...styles, style]);
  return [{ text: mark, styles }, ...tokenSpans(token.tokens, look, styles), { text: mark, styles }];
}

/** `&lt;` as `<`. marked has decoded `&#27;` already: a control character as any other. */
function decode(text: string): string {
  return printable(text.includes("&") ? decodeHTMLStrict(text) : text);
}
