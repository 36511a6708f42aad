// The input editor as a pure reducer: text, cursor and the history of this chat's inputs. Moves by grapheme, word and drawn row.
import { type EditorRow, editorRows, rowAt } from "./editor-rows.ts";
import { graphemes } from "./wrap.ts";

export interface EditorState {
  readonly text: string;
  /** String index of the cursor, always between two graphemes. */
  readonly cursor: number;
  /** What was submitted in this chat, oldest first. */
  readonly history: readonly string[];
  /** Which entry of the history is shown; `history.length` is the text being written. */
  readonly historyIndex: number;
  /** The text being written, kept while the history is shown. */
  readonly draft: string;
}

export type EditorAction =
  | { type: "insert"; text: string }
  | { type: "set"; text: string }
  | { type: "remember" }
  /** Inputs of earlier processes, oldest first. */
  | { type: "recall"; texts: readonly string[] }
  | { type: EditorMove }
  | { type: EditorDeletion }
  | { type: "up" | "down" | "home" | "end"; columns: number };

type EditorMove = "left" | "right" | "wordLeft" | "wordRight";
type EditorDeletion = "backspace" | "delete" | "deleteWordLeft" | "deleteWordRight" | "deleteToStart" | "deleteToEnd";

export const emptyEditor: EditorState = { text: "", cursor: 0, history: [], historyIndex: 0, draft: "" };

export function reduceEditor(state: EditorState, action: EditorAction): EditorState {
  const { text, cursor } = state;
  switch (action.type) {
    case "insert":
      return replace(state, { start: cursor, end: cursor }, action.text);
    case "set":
      return { ...state, text: action.text, cursor: action.text.length };
    case "remember":
      return remember(state);
    case "recall": {
      const history = [...state.history, ...action.texts];
      return { ...state, history, historyIndex: history.length };
    }
    case "up":
    case "down":
      return moveRow(state, action.type === "up" ? -1 : 1, action.columns);
    case "home":
    case "end": {
      const row = rowAt(editorRows(text, action.columns), cursor);
      return { ...state, cursor: action.type === "home" ? row.start : row.end };
    }
    case "left":
      return { ...state, cursor: before(text, cursor) };
    case "right":
      return { ...state, cursor: after(text, cursor) };
    case "wordLeft":
      return { ...state, cursor: wordBefore(text, cursor) };
    case "wordRight":
      return { ...state, cursor: wordAfter(text, cursor) };
    case "backspace":
      return replace(state, { start: before(text, cursor), end: cursor });
    case "delete":
      return replace(state, { start: cursor, end: after(text, cursor) });
    case "deleteWordLeft":
      return replace(state, { start: wordBefore(text, cursor), end: cursor });
    case "deleteWordRight":
      return replace(state, { start: cursor, end: wordAfter(text, cursor) });
    case "deleteToStart":
      return replace(state, { start: Math.min(lineStart(text, cursor), before(text, cursor)), end: cursor });
    case "deleteToEnd":
      return replace(state, { start: cursor, end: Math.max(lineEnd(text, cursor), after(text, cursor)) });
  }
}

interface Span {
  start: number;
  end: number;
}

function replace(state: EditorState, span: Span, inserted = ""): EditorState {
  const text = state.text.slice(0, span.start) + inserted + state.text.slice(span.end);
  return { ...state, text, cursor: graphemeBoundary(text, span.start + inserted.length) };
}

/** An inserted combining mark joins the grapheme before it: the cursor then belongs after the whole. */
function graphemeBoundary(text: string, index: number): number {
  return index === text.length || index === 0 ? index : after(text, before(text, index));
}

function remember(state: EditorState): EditorState {
  const isNew = state.text.trim() !== "" && state.history.at(-1) !== state.text;
  const history = isNew ? [...state.history, state.text] : state.history;
  return { text: "", cursor: 0, history, historyIndex: history.length, draft: "" };
}

function moveRow(state: EditorState, step: -1 | 1, columns: number): EditorState {
  const rows = editorRows(state.text, columns);
  const row = rowAt(rows, state.cursor);
  const target = rows[row.index + step];
  if (!target) return moveHistory(state, step);
  return { ...state, cursor: indexAtColumn(state.text, target, columnOf(state.text, row, state.cursor)) };
}

function moveHistory(state: EditorState, step: -1 | 1): EditorState {
  const historyIndex = state.historyIndex + step;
  if (historyIndex < 0 || historyIndex > state.history.length) return state;
  const draft = state.historyIndex === state.history.length ? state.text : state.draft;
  const text = state.history[historyIndex] ?? draft;
  return { ...state, text, cursor: text.length, historyIndex, draft };
}

function columnOf(text: string, row: EditorRow, cursor: number): number {
  let count = 0;
  for (const _ of graphemes(text.slice(row.start, cursor))) count++;
  return count;
}

function indexAtColumn(text: string, row: EditorRow, count: number): number {
  let index = row.start;
  let left = count;
  for (const grapheme of graphemes(text.slice(row.start, row.end))) {
    if (left-- === 0) break;
    index += grapheme.length;
  }
  return index;
}

/** Graphemes are looked for in the cursor's line alone, which keeps a key press cheap in a long text. */
function before(text: string, cursor: number): number {
  if (cursor === 0) return 0;
  const start = lineStart(text, cursor);
  if (start === cursor) return cursor - 1;
  let last = 1;
  for (const grapheme of graphemes(text.slice(start, cursor))) last = grapheme.length;
  return cursor - last;
}

function after(text: string, cursor: number): number {
  if (text[cursor] === "\n") return cursor + 1;
  for (const grapheme of graphemes(text.slice(cursor, lineEnd(text, cursor)))) return cursor + grapheme.length;
  return cursor;
}

function wordBefore(text: string, cursor: number): number {
  let index = cursor;
  while (index > 0 && isBlank(text[index - 1])) index--;
  while (index > 0 && !isBlank(text[index - 1])) index--;
  return boundaryBefore(text, index);
}

function wordAfter(text: string, cursor: number): number {
  let index = cursor;
  while (index < text.length && isBlank(text[index])) index++;
  while (index < text.length && !isBlank(text[index])) index++;
  return graphemeBoundary(text, index);
}

/** A blank with a mark on it is one grapheme: where a word begins inside, the cursor belongs before the whole. */
function boundaryBefore(text: string, index: number): number {
  let boundary = lineStart(text, index);
  for (const grapheme of graphemes(text.slice(boundary, lineEnd(text, index)))) {
    if (boundary + grapheme.length > index) break;
    boundary += grapheme.length;
  }
  return boundary;
}

function isBlank(character = ""): boolean {
  return character.trim() === "";
}

function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}
