// Lets a user choose a session: arrows move, typing narrows, Enter takes, Esc and Ctrl-C leave. Nothing of it stays on screen.
import { Box, render, Text, useInput, usePaste } from "ink";
import type { ReactNode } from "react";
import type { SessionSummary } from "../../session/store/session-record.ts";
import { cutToColumns } from "../sessions/cut-to-columns.ts";
import { createFrameStream } from "./frame-stream.ts";
import { type Intent, intentsOf } from "./keys.ts";
import { initialPicker, type PickerState, reducePicker } from "./picker-state.ts";
import { nameColumns, sessionLine } from "./session-line.ts";
import { textColumns } from "./state.ts";
import { createTerminal } from "./terminal.ts";
import { createTheme, type Theme } from "./theme.ts";

export interface PickOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Aborted, it leaves. */
  readonly signal: AbortSignal;
}

/** Undefined where the user chose none. */
export async function pickSession(
  sessions: readonly SessionSummary[],
  { stdin, stdout, signal }: PickOptions,
): Promise<SessionSummary | undefined> {
  const ended = Promise.withResolvers<SessionSummary | undefined>();
  const leave = () => ended.resolve(undefined);
  const theme = createTheme(process.env);
  const terminal = createTerminal({ stdin, stdout, env: process.env });
  const frames = createFrameStream(terminal, (frame) => terminal.painter.frame(frame));
  let state = initialPicker(sessions);

  function handle(intent: Intent): void {
    if (intent.type === "submit" && state.found[state.selected]) ended.resolve(state.found[state.selected]);
    else if (leaving.has(intent.type)) leave();
    else state = reducePicker(state, intent);
    ink.rerender(picker());
  }

  function picker(): ReactNode {
    return <SessionPicker state={state} size={terminal.size()} theme={theme} onIntent={handle} />;
  }

  function resized(): void {
    terminal.painter.invalidate();
    frames.emit("resize");
    ink.rerender(picker());
  }

  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  terminal.open({ resized, hungUp: leave, crashed: ended.reject });
  const ink = render(picker(), {
    stdout: frames,
    stdin,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  try {
    return await ended.promise;
  } finally {
    signal.removeEventListener("abort", leave);
    await terminal.close();
    ink.unmount();
  }
}

const leaving: ReadonlySet<Intent["type"]> = new Set(["stop", "interrupt", "endOfInput"]);
const mostRows = 12;
const title = "Go on with: ";
const helps = ["arrows move, typing narrows, Enter takes, Esc leaves", "↑↓ type, Enter, Esc"];

interface PickerProps {
  readonly state: PickerState;
  readonly size: { readonly columns: number; readonly rows: number };
  readonly theme: Theme;
  readonly onIntent: (intent: Intent) => void;
}

function SessionPicker({ state, size, theme, onIntent }: PickerProps): ReactNode {
  useInput((input, key) => {
    for (const intent of intentsOf(input, key)) onIntent(intent);
  });
  usePaste((text) => onIntent({ type: "insert", text }));
  const { sessions, found, filter } = state;
  const columns = textColumns(size);
  const count = found.length === sessions.length ? `${found.length}` : `${found.length} of ${sessions.length}`;
  const help = helps.find((text) => `${count} · ${text}`.length <= columns) ?? "";
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">{`${title}${lastColumns(filter.text, columns - title.length - 1)}${theme.cursor(" ")}`}</Text>
      <Text wrap="truncate">{pickerRows(state, size, theme).join("\n")}</Text>
      <Text wrap="truncate">{theme.faint(`${count} · ${help}`)}</Text>
    </Box>
  );
}

/** The rows around the selected one that there is room for. */
function pickerRows({ sessions, found, selected }: PickerState, size: PickerProps["size"], theme: Theme): string[] {
  if (found.length === 0) return [theme.faint("  none has these words")];
  const height = Math.max(1, Math.min(mostRows, size.rows - 3));
  const first = Math.max(0, Math.min(selected - Math.floor(height / 2), found.length - height));
  const columns = textColumns(size) - 2;
  const layout = { names: nameColumns(sessions, columns), columns, now: Date.now() };
  return found.slice(first, first + height).map((session, row) => {
    const { name, facts } = sessionLine(session, layout);
    const isSelected = first + row === selected;
    return (isSelected ? theme.accent("› ") + theme.strong(name) : `  ${name}`) + theme.faint(facts);
  });
}

/** The end of a text that is longer than its room. */
function lastColumns(text: string, columns: number): string {
  const reversed = [...text].reverse().join("");
  return [...cutToColumns(reversed, Math.max(1, columns))].reverse().join("");
}
