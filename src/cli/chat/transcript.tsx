// How the transcript looks: finished lines as strings for the scrollback, and the end of the answer that still changes.
import { Text } from "ink";
import type { ReactNode } from "react";
import type { Span } from "./markdown/span.ts";
import { type ChatState, type LineKind, openLayout, type TranscriptLine } from "./state.ts";
import type { Style, Theme } from "./theme.ts";

interface LineLook {
  /** What stands before the first line of a message, and before the others. */
  readonly mark: readonly [first: string, others: string];
  readonly markStyle: Style;
  readonly style?: Style;
}

const looks: Record<LineKind, LineLook> = {
  user: { mark: ["› ", "  "], markStyle: "accent", style: "strong" },
  answer: { mark: ["", ""], markStyle: "faint" },
  thinking: { mark: ["┊ ", "┊ "], markStyle: "faint", style: "faint" },
  note: { mark: ["· ", "  "], markStyle: "faint", style: "faint" },
  error: { mark: ["", ""], markStyle: "alarm", style: "alarm" },
  hint: { mark: ["", ""], markStyle: "faint", style: "faint" },
};

export function styleLine({ kind, spans, isFirst }: Omit<TranscriptLine, "text">, theme: Theme): string {
  if (spans.length === 0) return "";
  const { mark, markStyle, style } = looks[kind];
  const text = spans.map((span) => styleSpan(span, theme)).join("");
  return theme[markStyle](mark[isFirst ? 0 : 1]) + (style ? theme[style](text) : text);
}

function styleSpan({ text, styles, url }: Span, theme: Theme): string {
  const styled = styles.reduceRight((inner, style) => theme[style](inner), text);
  // OSC 8: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
  return url === undefined ? styled : `\u001b]8;;${url}\u001b\\${styled}\u001b]8;;\u001b\\`;
}

/** What the model is writing; before its first word a sign that it is at work. */
export function LiveAnswer({ state, theme }: { state: ChatState; theme: Theme }): ReactNode {
  const lead = state.lastKind === undefined ? [] : [""];
  const wait = <Text>{[...lead, theme.faint("…")].join("\n")}</Text>;
  if (!state.open) return state.phase === "waiting" ? wait : null;
  const { kind, text } = state.open;
  const layout = openLayout(kind, state);
  const lines = text.peek(layout).slice(-layout.room);
  const isNew = state.lastKind !== kind;
  if (lines.length === 0) return isNew ? wait : null;
  const drawn = lines.map((spans, index) => styleLine({ kind, spans, isFirst: isNew && index === 0 }, theme));
  return <Text wrap="truncate">{[...(isNew ? lead : []), ...drawn].join("\n")}</Text>;
}
