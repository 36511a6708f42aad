// Two languages that CodeMirror's collection of tokenizers leaves out: HTML with the scripts and styles in it, and PHP.
import { clike } from "@codemirror/legacy-modes/mode/clike";
import { css } from "@codemirror/legacy-modes/mode/css";
import { javascript } from "@codemirror/legacy-modes/mode/javascript";
import { html } from "@codemirror/legacy-modes/mode/xml";
import type { StreamParser, StringStream } from "@codemirror/streamparser";

interface Embedded {
  readonly parser: StreamParser<unknown>;
  readonly state: unknown;
  readonly end: RegExp;
}

interface PageState {
  readonly outer: { tagName: string | null };
  inner: Embedded | undefined;
}

const embeds: Readonly<Record<string, readonly [parser: StreamParser<unknown>, end: RegExp]>> = {
  script: [javascript, /<\/script/i],
  style: [css, /<\/style/i],
};

export const page: StreamParser<PageState> = {
  startState: () => ({ outer: html.startState?.(2) as PageState["outer"], inner: undefined }),
  token(stream, state) {
    const { inner, outer } = state;
    if (inner && !stream.match(new RegExp(`^${inner.end.source}`, "i"), false)) return embeddedToken(stream, inner);
    state.inner = undefined;
    const tag = outer.tagName?.toLowerCase() ?? "";
    const name = html.token(stream, outer);
    const embed = stream.current() === ">" ? embeds[tag] : undefined;
    if (embed) state.inner = { parser: embed[0], state: embed[0].startState?.(2), end: embed[1] };
    return name;
  },
};

function embeddedToken(stream: StringStream, { parser, state, end }: Embedded): string | null {
  const name = parser.token(stream, state);
  const over = stream.current().search(end);
  if (over > 0) stream.backUp(stream.current().length - over);
  return name;
}

function words(text: string): Record<string, true> {
  return Object.fromEntries(text.split(" ").map((word) => [word, true]));
}

export const php = clike({
  name: "php",
  keywords: words(
    "abstract and as break case catch class clone const continue declare default die do echo else elseif empty enum " +
      "enddeclare endfor endforeach endif endswitch endwhile exit extends final finally fn for foreach function global " +
      "goto if implements include include_once instanceof insteadof interface isset list match namespace new or print " +
      "private protected public readonly require require_once return static switch throw trait try unset use var while " +
      "xor yield php",
  ),
  types: words("array bool callable float int iterable mixed object self string void"),
  atoms: words("true false null TRUE FALSE NULL"),
  multiLineStrings: true,
  hooks: {
    "#": (stream: StringStream) => {
      if (stream.peek() === "[") return false;
      stream.skipToEnd();
      return "comment";
    },
  },
});
