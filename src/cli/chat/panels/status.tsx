// The status under the prompt.
import { Text } from "ink";
import { type ReactNode, useRef } from "react";
import type { StripPart } from "../glyphs.ts";
import { type ChatState, textColumns } from "../state.ts";
import type { Theme } from "../theme.ts";
import { type StatusRow, statusRows } from "./status-text.ts";

const stripStyles: Record<StripPart, "faint" | "accent"> = {
  system: "faint",
  evicted: "faint",
  turns: "faint",
  turn: "accent",
  free: "faint",
};

export function Status({ state, theme }: { state: ChatState; theme: Theme }): ReactNode {
  const rows = statusRows(useCalm(state), textColumns(state));
  return <Text wrap="truncate">{rows.map((row) => styleRow(row, theme)).join("\n")}</Text>;
}

function styleRow({ strip, text }: StatusRow, theme: Theme): string {
  return strip.map((run) => theme[stripStyles[run.part]](run.text)).join("") + theme.faint(text);
}

const calmMs = 1000;

/** The state with counters that move once a second at most, where the user wants little motion. */
function useCalm(state: ChatState): ChatState {
  const shown = useRef({ at: Number.NEGATIVE_INFINITY, phase: state.phase, status: state.status });
  const now = performance.now();
  const isDue =
    (state.phase === "idle" && !state.status.loading) ||
    state.phase !== shown.current.phase ||
    now - shown.current.at >= calmMs;
  if (isDue) shown.current = { at: now, phase: state.phase, status: state.status };
  return state.look.isCalm ? { ...state, status: shown.current.status } : state;
}
