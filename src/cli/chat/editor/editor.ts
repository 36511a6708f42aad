// The input editor as a pure reducer: text, cursor, what undo and yank bring back, and the history of inputs. Moves by grapheme,
// word and drawn row.
import { type Chip, chipAround, chipsIn, foldPaste, withChips } from "./chips.ts";
import { withNewest, withOthers } from "./editor-history.ts";
import { keepKill } from "./editor-kills.ts";
import { columnOf, editorRows, indexAtColumn, rowAt } from "./editor-rows.ts";
import { after, before, boundaryAfter, chunkBefore, lineEnd, lineStart, wordAfter, wordBefore } from "./editor-text.ts";
import { continuesRun, keepSnapshot, type Run, type Snapshot } from "./editor-undo.ts";

/** `cursor` is a string index, always between two graphemes. */
export interface EditorState extends Snapshot {
  /** What was submitted, oldest first. */
  readonly history: readonly string[];
  readonly undo: readonly Snapshot[];
  readonly kills: readonly string[];
  readonly run: Run;
  /** Where the text is that was yanked just now, and which of the kills it is. */
  readonly yanked: { readonly start: number; readonly end: number; readonly kill: number } | undefined;
  /** The column that moves up and down keep to, through shorter rows. */
  readonly column: number | undefined;
  /** What the labels of long pastes stand for. */
  readonly chips: readonly Chip[];
}

export type EditorAction =
  | { type: "insert"; text: string }
  /** Inserts a text, folded where it is long. */
  | { type: "paste"; text: string }
  | { type: "set"; text: string }
  /** Puts a text in the place of a part. */
  | { type: "replace"; start: number; end: number; text: string }
  | { type: "remember" }
  /** Inputs of earlier processes, oldest first: of this chat, and of others, which come before those that are known. */
  | { type: "recall" | "recallOthers"; texts: readonly string[] }
  /** Puts in the input that is so far back in the history. */
  | { type: "show"; back: number }
  | { type: EditorMove | EditorChange }
  | { type: "up" | "down" | "home" | "end"; columns: number };

export type EditorMove = "left" | "right" | "wordLeft" | "wordRight" | "textStart" | "textEnd";
export type EditorChange =
  | "backspace"
  | "delete"
  | "deleteWordLeft"
  | "deleteWordRight"
  | "deleteChunkLeft"
  | "deleteToStart"
  | "deleteToEnd"
  | "transpose"
  | "unfold"
  | "yank"
  | "yankOlder"
  | "undo";

export const emptyEditor: EditorState = {
  text: "",
  cursor: 0,
  back: 0,
  draft: "",
  history: [],
  undo: [],
  kills: [],
  run: undefined,
  yanked: undefined,
  column: undefined,
  chips: [],
};

export function reduceEditor(state: EditorState, action: EditorAction): EditorState {
  const { text, cursor } = state;
  switch (action.type) {
    case "insert":
      return change(state, { start: cursor, end: cursor }, { inserted: action.text, run: "insert" });
    case "paste":
      return paste(state, action.text);
    case "set":
      return change(state, { start: 0, end: text.length }, { inserted: action.text });
    case "replace":
      return change(state, action, { inserted: action.text });
    case "remember":
      return remember(state);
    case "recall":
      return { ...state, history: [...state.history, ...action.texts] };
    case "recallOthers":
      return { ...state, history: withOthers(state.history, action.texts) };
    case "show":
      return showHistory(state, action.back);
    case "up":
    case "down":
      return moveRow(state, action.type === "up" ? -1 : 1, action.columns);
    case "home":
    case "end": {
      const row = rowAt(editorRows(text, action.columns), cursor);
      return moveTo(state, action.type === "home" ? row.start : row.end);
    }
    case "textStart":
      return moveTo(state, 0);
    case "textEnd":
      return moveTo(state, text.length);
    case "left":
      return moveTo(state, before(text, cursor));
    case "right":
      return moveTo(state, after(text, cursor));
    case "wordLeft":
      return moveTo(state, wordBefore(text, cursor));
    case "wordRight":
      return moveTo(state, wordAfter(text, cursor));
    case "backspace":
      return change(state, { start: before(text, cursor), end: cursor }, { run: "backspace" });
    case "delete":
      return change(state, { start: cursor, end: after(text, cursor) }, { run: "delete" });
    case "deleteWordLeft":
      return kill(state, { start: wordBefore(text, cursor), end: cursor });
    case "deleteChunkLeft":
      return kill(state, { start: chunkBefore(text, cursor), end: cursor });
    case "deleteToStart":
      return kill(state, { start: Math.min(lineStart(text, cursor), before(text, cursor)), end: cursor });
    case "deleteWordRight":
      return kill(state, { start: cursor, end: wordAfter(text, cursor) });
    case "deleteToEnd":
      return kill(state, { start: cursor, end: Math.max(lineEnd(text, cursor), after(text, cursor)) });
    case "unfold":
      return unfold(state);
    case "transpose":
      return transpose(state);
    case "yank":
      return yank(state, { start: cursor, end: cursor }, state.kills.length - 1);
    case "yankOlder":
      return yankOlder(state);
    case "undo":
      return undo(state);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What holds until the next action alone. */
const restored = { run: undefined, yanked: undefined, column: undefined } as const;

function moveTo(state: EditorState, index: number): EditorState {
  return { ...state, ...restored, cursor: outsideChip(state, index, index < state.cursor ? "start" : "end") };
}

/** The cursor is never inside the label of a paste. */
function outsideChip(
  { text, chips }: Pick<EditorState, "text" | "chips">,
  index: number,
  side: "start" | "end",
): number {
  const chip = chipAround(text, index, chips);
  return chip ? (side === "start" ? chip.start : boundaryAfter(text, chip.end)) : index;
}

/** Puts `inserted` in the place of the span. A `run` goes on where the last change was of it, too: undone as one. */
function change(state: EditorState, span: Span, how: { inserted?: string; run?: Run }): EditorState {
  const { inserted = "", run } = how;
  const start = outsideChip(state, span.start, "start");
  const end = outsideChip(state, span.end, "end");
  if (start === end && inserted === "") return moveTo(state, state.cursor);
  const text = state.text.slice(0, start) + inserted + state.text.slice(end);
  const undo = continuesRun(state.run, run, state, inserted) ? state.undo : keepSnapshot(state.undo, state);
  const { chips } = state;
  const cursor = outsideChip({ text, chips }, boundaryAfter(text, start + inserted.length), "end");
  return { ...state, ...restored, text, cursor, undo, run };
}

function kill(state: EditorState, wanted: Span): EditorState {
  const span = { start: outsideChip(state, wanted.start, "start"), end: outsideChip(state, wanted.end, "end") };
  const killed = state.text.slice(span.start, span.end);
  if (killed === "") return moveTo(state, state.cursor);
  const isLeft = span.end === state.cursor;
  const isJoined = state.run === "killLeft" || state.run === "killRight";
  const kills = keepKill(state.kills, killed, isJoined ? (isLeft ? "before" : "behind") : undefined);
  return { ...change(state, span, { run: isLeft ? "killLeft" : "killRight" }), kills };
}

function yank(state: EditorState, span: Span, index: number): EditorState {
  const inserted = state.kills[index];
  if (inserted === undefined) return moveTo(state, state.cursor);
  const yanked = { start: span.start, end: span.start + inserted.length, kill: index };
  return { ...change(state, span, { inserted, run: "yank" }), yanked };
}

/** Puts the kill before that in the place of the one that was yanked just now; before the oldest the newest. */
function yankOlder(state: EditorState): EditorState {
  const { yanked, kills } = state;
  return yanked ? yank(state, yanked, (yanked.kill || kills.length) - 1) : moveTo(state, state.cursor);
}

/** Changes the graphemes on both sides of the cursor, at the end of a line the last two. */
function transpose(state: EditorState): EditorState {
  const { text, cursor } = state;
  const left = (index: number) => outsideChip(state, before(text, index), "start");
  const middle = cursor === lineEnd(text, cursor) ? left(cursor) : cursor;
  const start = left(middle);
  if (middle <= lineStart(text, cursor)) return moveTo(state, cursor);
  const end = outsideChip(state, after(text, middle), "end");
  return change(state, { start, end }, { inserted: text.slice(middle, end) + text.slice(start, middle) });
}

function paste(state: EditorState, text: string): EditorState {
  const chip = foldPaste(text, state.chips);
  const chips = chip ? [...state.chips, chip] : state.chips;
  return change({ ...state, chips }, { start: state.cursor, end: state.cursor }, { inserted: chip?.label ?? text });
}

/** Puts the text in the place of the label at the cursor; where there is none, of all. */
function unfold(state: EditorState): EditorState {
  const { text, cursor, chips } = state;
  const placed = chipsIn(text, chips);
  if (placed.length === 0) return moveTo(state, cursor);
  const here = placed.find(({ start, end }) => start <= cursor && cursor <= end);
  const span = here ?? { start: 0, end: text.length };
  return change(state, span, { inserted: withChips(text.slice(span.start, span.end), chips) });
}

function undo(state: EditorState): EditorState {
  const snapshot = state.undo.at(-1);
  return snapshot ? { ...moveTo(state, 0), ...snapshot, undo: state.undo.slice(0, -1) } : moveTo(state, state.cursor);
}

function remember(state: EditorState): EditorState {
  const { text, kills, chips } = state;
  return { ...emptyEditor, kills, chips, history: withNewest(state.history, text) };
}

function moveRow(state: EditorState, step: -1 | 1, columns: number): EditorState {
  const rows = editorRows(state.text, columns);
  const row = rowAt(rows, state.cursor);
  const target = rows[row.index + step];
  if (!target) return moveHistory(state, step);
  const column = state.column ?? columnOf(state.text, row, state.cursor);
  return { ...moveTo(state, indexAtColumn(state.text, target, column)), column };
}

function moveHistory(state: EditorState, step: -1 | 1): EditorState {
  return showHistory(state, state.back - step);
}

function showHistory(state: EditorState, back: number): EditorState {
  if (back < 0 || back > state.history.length) return moveTo(state, state.cursor);
  const draft = state.back === 0 ? state.text : state.draft;
  const text = back === 0 ? draft : (state.history.at(-back) as string);
  const undo = state.run === "history" ? state.undo : keepSnapshot(state.undo, state);
  return { ...state, ...restored, text, cursor: text.length, back, draft, undo, run: "history" };
}
