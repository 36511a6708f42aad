// Lets a user choose a session: arrows move, typing narrows, Enter takes, Esc leaves.
import { Box, render, Text, useInput } from "ink";
import { type ReactNode, useState } from "react";
import type { SessionSummary } from "../../session/store/session-record.ts";
import { ageOf } from "../sessions/format-list.ts";
import { printable } from "./printable.ts";
import { createTheme, type Theme } from "./theme.ts";

const mostRows = 12;

/** Undefined where the user chose none. */
export async function pickSession(
  sessions: readonly SessionSummary[],
  terminal: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream },
): Promise<SessionSummary | undefined> {
  const theme = createTheme(process.env);
  let chosen: SessionSummary | undefined;
  const ink = render(
    <SessionPicker
      sessions={sessions}
      rows={terminal.stdout.rows || 24}
      theme={theme}
      onChoice={(session) => {
        chosen = session;
        ink.clear();
        ink.unmount();
      }}
    />,
    { ...terminal, exitOnCtrlC: false, interactive: true, patchConsole: false },
  );
  await ink.waitUntilExit();
  return chosen;
}

interface PickerProps {
  readonly sessions: readonly SessionSummary[];
  readonly rows: number;
  readonly theme: Theme;
  readonly onChoice: (session: SessionSummary | undefined) => void;
}

function SessionPicker({ sessions, rows, theme, onChoice }: PickerProps): ReactNode {
  const [filter, setFilter] = useState("");
  const [index, setIndex] = useState(0);
  const found = sessions.filter((session) => matches(session, filter));
  const selected = Math.min(index, Math.max(0, found.length - 1));
  useInput((input, key) => {
    if (key.escape || (key.ctrl && (input === "c" || input === "d"))) onChoice(undefined);
    else if (key.return) found[selected] && onChoice(found[selected]);
    else if (key.upArrow || (key.ctrl && input === "p")) setIndex(Math.max(0, selected - 1));
    else if (key.downArrow || (key.ctrl && input === "n")) setIndex(Math.min(found.length - 1, selected + 1));
    else if (key.backspace || key.delete) setFilter(filter.slice(0, -1));
    else if (!key.ctrl && !key.meta && input !== "") {
      setFilter(filter + printable(input));
      setIndex(0);
    }
  });
  const height = Math.max(1, Math.min(mostRows, rows - 4));
  const first = Math.max(0, Math.min(selected - Math.floor(height / 2), found.length - height));
  const shown = found.slice(first, first + height).map((session) => {
    const isSelected = session === found[selected];
    const facts = `${session.turns} ${session.turns === 1 ? "turn" : "turns"}, ${ageOf(Date.now() - session.updated)}`;
    const line = `${isSelected ? theme.accent("› ") : "  "}${printable(session.name)}  ${theme.faint(`${facts}  ${printable(session.excerpt)}`)}`;
    return line;
  });
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">{`Go on with: ${filter}${theme.cursor(" ")}`}</Text>
      <Text wrap="truncate">{shown.length > 0 ? shown.join("\n") : theme.faint("  no session matches")}</Text>
      <Text wrap="truncate">{theme.faint("arrows move, typing narrows, Enter takes, Esc leaves")}</Text>
    </Box>
  );
}

function matches({ name, excerpt }: SessionSummary, filter: string): boolean {
  const text = `${name} ${excerpt}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
