// How the transcript looks: finished lines as strings for the scrollback, and the one line of the answer that still grows.
import { Text } from "ink";
import type { ReactNode } from "react";
import { type ChatState, type LineKind, linesColumns, type TranscriptLine } from "./state.ts";
import type { Theme } from "./theme.ts";
import { wrapText } from "./wrap.ts";

interface LineLook {
  /** What stands before the first line of a message, and before the others. */
  readonly mark: readonly [first: string, others: string];
  readonly markStyle: keyof Theme;
  readonly style?: keyof Theme;
}

const looks: Record<LineKind, LineLook> = {
  user: { mark: ["› ", "  "], markStyle: "accent", style: "strong" },
  answer: { mark: ["", ""], markStyle: "faint" },
  thinking: { mark: ["┊ ", "┊ "], markStyle: "faint", style: "faint" },
  note: { mark: ["· ", "  "], markStyle: "faint", style: "faint" },
  error: { mark: ["", ""], markStyle: "alarm", style: "alarm" },
  hint: { mark: ["", ""], markStyle: "faint", style: "faint" },
};

export function styleLine(line: TranscriptLine, theme: Theme): string {
  if (line.text === "") return "";
  const look = looks[line.kind];
  const text = look.style ? theme[look.style](line.text) : line.text;
  return theme[look.markStyle](look.mark[line.isFirst ? 0 : 1]) + text;
}

/** The line that the model is writing; before its first word a sign that it is at work. */
export function LiveAnswer({ state, theme }: { state: ChatState; theme: Theme }): ReactNode {
  const lead = state.lastKind === undefined ? [] : [""];
  if (!state.open) return state.phase === "waiting" ? <Text>{[...lead, theme.faint("…")].join("\n")}</Text> : null;
  const { kind, text } = state.open;
  const isFirst = state.lastKind !== kind;
  const [line = ""] = wrapText(text.trimEnd(), linesColumns(kind, state));
  return (
    <Text wrap="truncate">
      {[...(isFirst ? lead : []), styleLine({ kind, text: line, isFirst }, theme)].join("\n")}
    </Text>
  );
}
