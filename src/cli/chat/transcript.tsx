// How the transcript looks: finished lines as strings for the scrollback, and the end of the answer that still changes.
import { Text } from "ink";
import type { ReactNode } from "react";
import type { Look } from "./look.ts";
import type { Span } from "./markdown/span.ts";
import { marksOf } from "./marks.ts";
import { type ChatState, type LineKind, openLayout, type TranscriptLine } from "./state.ts";
import type { Style, Theme } from "./theme.ts";

const styles: Record<LineKind, { readonly mark: Style; readonly text?: Style }> = {
  user: { mark: "accent", text: "strong" },
  answer: { mark: "faint" },
  thinking: { mark: "faint", text: "faint" },
  note: { mark: "faint", text: "faint" },
  error: { mark: "alarm", text: "alarm" },
  hint: { mark: "faint", text: "faint" },
};

export function styleLine({ kind, spans, isFirst }: Omit<TranscriptLine, "text">, theme: Theme, look: Look): string {
  if (spans.length === 0) return "";
  const { mark, text: style } = styles[kind];
  const text = spans.map((span) => styleSpan(span, theme)).join("");
  return theme[mark](marksOf(kind, look)[isFirst ? 0 : 1]) + (style ? theme[style](text) : text);
}

function styleSpan({ text, styles, url }: Span, theme: Theme): string {
  const styled = styles.reduceRight((inner, style) => theme[style](inner), text);
  // OSC 8: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
  return url === undefined ? styled : `\u001b]8;;${url}\u001b\\${styled}\u001b]8;;\u001b\\`;
}

/** What the model is writing; before its first word a sign that it is at work. */
export function LiveAnswer({ state, theme }: { state: ChatState; theme: Theme }): ReactNode {
  const { look } = state;
  // A screen reader gets whole lines, once.
  if (look.isForScreenReader) return null;
  const lead = state.lastKind === undefined ? [] : [""];
  const wait = <Text>{[...lead, theme.faint("…")].join("\n")}</Text>;
  if (!state.open) return state.phase === "waiting" ? wait : null;
  const { kind, text } = state.open;
  const layout = openLayout(kind, state);
  const open = text.peek(layout);
  const lines = open.slice(-layout.room);
  const isNew = state.lastKind !== kind;
  if (lines.length === 0) return isNew ? wait : null;
  const drawn = lines.map((spans, index) => styleLine({ kind, spans, isFirst: isNew && index === 0 }, theme, look));
  // What is above them comes when it is final.
  if (lines.length < open.length) drawn[0] = theme.faint("⋮");
  return <Text wrap="truncate">{[...(isNew && drawn[0] !== "" ? lead : []), ...drawn].join("\n")}</Text>;
}
