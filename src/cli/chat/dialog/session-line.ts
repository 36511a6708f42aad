// One line a session, where a user looks for one: its name, how long and how old it is, and what was said last.
import stringWidth from "string-width";
import type { SessionSummary } from "../../../session/store/session-record.ts";
import { cutToColumns } from "../../sessions/cut-to-columns.ts";
import { ageOf } from "../../sessions/format-list.ts";
import { printable } from "../printable.ts";

export interface SessionLine {
  /** Padded to the columns of the names. */
  readonly name: string;
  readonly facts: string;
}

/** Columns for the names of these sessions: what the longest takes, and not so many that nothing is left for the rest. */
export function nameColumns(sessions: readonly SessionSummary[], columns: number): number {
  const longest = sessions.reduce((most, { name }) => Math.max(most, stringWidth(printable(name))), 0);
  return Math.min(longest, Math.floor(columns * 0.55));
}

/** Fits `columns`, of which the name takes `names`. */
export function sessionLine(
  { name, turns, updated, excerpt }: SessionSummary,
  { names, columns, now }: { names: number; columns: number; now: number },
): SessionLine {
  const shown = cutToColumns(printable(name), names);
  const facts = `${turns} ${turns === 1 ? "turn" : "turns"}, ${ageOf(now - updated)}`;
  const room = Math.max(1, columns - names - gap.length);
  return {
    name: shown + " ".repeat(Math.max(0, names - stringWidth(shown))),
    facts: gap + cutToColumns(`${facts}${gap}${printable(excerpt)}`.trimEnd(), room),
  };
}

const gap = "  ";
