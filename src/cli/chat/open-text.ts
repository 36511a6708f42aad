// Text that is being said: what of it is final, and how it would end now. This is how text looks as it was written; Markdown, which
// takes a while to load, is another.
import type { Span } from "./markdown/span.ts";
import { wrapOpenText, wrapText } from "./wrap.ts";

/** Never changed in place. */
export interface OpenText {
  /** Goes on; `lines` can no longer change. */
  write(text: string, layout: TextLayout): { readonly lines: readonly SpanLine[]; readonly open: OpenText };
  /** The lines that are still open as they look now, whatever may follow. */
  peek(layout: TextLayout): readonly SpanLine[];
  /** Something else is printed in the middle of it: what must stand before that. */
  interrupt(layout: TextLayout): { readonly lines: readonly SpanLine[]; readonly open: OpenText };
  /** The lines that are still open, when nothing follows. */
  end(layout: TextLayout): readonly SpanLine[];
}

export type SpanLine = readonly Span[];

export interface TextLayout {
  readonly columns: number;
  /** Lines that may stay open before some become final whatever follows. */
  readonly room: number;
}

export function openPlainText(text = ""): OpenText {
  const end = ({ columns }: TextLayout) => {
    const rest = text.trimEnd();
    return rest === "" ? [] : wrapText(rest, columns).map(plainLine);
  };
  return {
    write(more, { columns }) {
      // Blank space before the first word would only push the answer down.
      const { lines, rest } = wrapOpenText(text === "" ? more.trimStart() : text + more, columns);
      return { lines: lines.map(plainLine), open: openPlainText(rest) };
    },
    peek: end,
    interrupt: (layout) => ({ lines: end(layout), open: openPlainText() }),
    end,
  };
}

export function plainLine(text: string): SpanLine {
  return text === "" ? [] : [{ text, styles: [] }];
}
