// The picker of sessions as a pure reducer: what is typed narrows the list, keys move in it.
import type { MessageContent, SessionSummary } from "../../session/store/session-record.ts";
import { type EditorState, emptyEditor, reduceEditor } from "./editor.ts";
import type { Intent } from "./keys.ts";
import { printable, typable } from "./printable.ts";

/** What was said last in a session, by its id. */
export type EndOfSession = (id: string) => readonly Pick<MessageContent, "role" | "content">[];

export interface PickerState {
  readonly sessions: readonly SessionSummary[];
  /** Those that hold every word of the filter, in their order. */
  readonly found: readonly SessionSummary[];
  /** What is typed; the cursor stays at its end. */
  readonly filter: EditorState;
  /** Index in `found`. */
  readonly selected: number;
  readonly endOf: EndOfSession;
}

export function initialPicker(sessions: readonly SessionSummary[], endOf: EndOfSession): PickerState {
  return { sessions, found: sessions, filter: emptyEditor, selected: 0, endOf };
}

/** Other intents than those that move or type change nothing. */
export function reducePicker(state: PickerState, intent: Intent): PickerState {
  switch (intent.type) {
    case "up":
      return select(state, state.selected - 1);
    case "down":
      return select(state, state.selected + 1);
    case "home":
      return select(state, 0);
    case "end":
      return select(state, state.found.length - 1);
    case "insert":
      return narrow(state, reduceEditor(state.filter, { type: "insert", text: oneLine(intent.text) }));
    case "backspace":
    case "deleteWordLeft":
    case "deleteChunkLeft":
    case "deleteToStart":
      return narrow(state, reduceEditor(state.filter, { type: intent.type }));
    default:
      return state;
  }
}

function select(state: PickerState, index: number): PickerState {
  return { ...state, selected: Math.max(0, Math.min(index, state.found.length - 1)) };
}

function narrow(state: PickerState, filter: EditorState): PickerState {
  const words = filter.text.normalize("NFC").toLowerCase().split(/\s+/);
  const found = state.sessions.filter(({ name, excerpt }) => {
    const text = `${name} ${printable(excerpt)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return { ...state, filter, found, selected: 0 };
}

function oneLine(text: string): string {
  return typable(text).replaceAll(/\s+/g, " ");
}
