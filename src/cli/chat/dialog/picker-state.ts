// The picker of sessions as a pure reducer: what is typed narrows the list, keys move in it.
import type { MessageContent, SessionSummary } from "../../../session/store/session-record.ts";
import { type EditorState, emptyEditor, reduceEditor } from "../editor/editor.ts";
import type { Intent } from "../keys.ts";
import { printable, typable } from "../printable.ts";

/** What sessions hold, by their ids. */
export interface SessionTexts {
  /** What was said last. */
  endOf(id: string): readonly Pick<MessageContent, "role" | "content">[];
  /** Of those with a message that has all words of a text, a line of it. */
  linesWith(text: string): ReadonlyMap<string, string>;
}

export interface PickerState {
  readonly sessions: readonly SessionSummary[];
  /** Those that hold every word of the filter: in their names and what was said last, then in any message. */
  readonly found: readonly SessionSummary[];
  /** What is typed; the cursor stays at its end. */
  readonly filter: EditorState;
  /** Index in `found`. */
  readonly selected: number;
  readonly texts: SessionTexts;
  /** Where in a session the words are, by its id. */
  readonly lines: ReadonlyMap<string, string>;
}

/** Shorter words alone would have every message read. */
const indexedCharacters = 3;

export function initialPicker(sessions: readonly SessionSummary[], texts: SessionTexts): PickerState {
  return { sessions, found: sessions, filter: emptyEditor, selected: 0, texts, lines: new Map() };
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
  const wanted = filter.text.normalize("NFC");
  const words = wanted.toLowerCase().split(/\s+/);
  const named = state.sessions.filter(({ name, excerpt }) => {
    const text = `${name} ${printable(excerpt)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const isIndexed = words.some((word) => [...word].length >= indexedCharacters);
  const lines = isIndexed ? state.texts.linesWith(wanted) : new Map<string, string>();
  const said = state.sessions.filter((session) => lines.has(session.id) && !named.includes(session));
  return { ...state, filter, found: [...named, ...said], lines, selected: 0 };
}

function oneLine(text: string): string {
  return typable(text).replaceAll(/\s+/g, " ");
}
