// The input as a pure reducer: the editor, what helps with it (completions, the search in earlier inputs), and the queue of what
// was submitted while something was under way.
import { type Candidate, type Completion, commonStart } from "../complete/candidate.ts";
import { type Menu, narrowMenu, openMenu, selectedOf, stepMenu } from "../complete/menu.ts";
import type { Intent } from "../keys.ts";
import { type EditorAction, type EditorState, emptyEditor, reduceEditor } from "./editor.ts";
import { type HistorySearch, openSearch, reduceSearch } from "./history-search.ts";

export interface InputState {
  readonly editor: EditorState;
  /** While one of several completions is chosen. */
  readonly menu: Menu | undefined;
  /** While earlier inputs are searched. */
  readonly search: HistorySearch | undefined;
  /** Oldest first. */
  readonly queue: readonly string[];
}

export type InputAction =
  | { type: "edited"; edit: EditorAction }
  /** What may stand before the cursor: one takes its place; of several what they have in common, and a menu opens. */
  | { type: "completed"; completion: Completion }
  | { type: "menuStepped"; step: "next" | "previous" }
  /** What is selected takes the place of what is typed. */
  | { type: "menuTaken" }
  | { type: "menuClosed" }
  | { type: "searched"; intent: Intent }
  /** What was found goes into the editor, where it is taken. */
  | { type: "searchEnded"; isTaken: boolean }
  /** What is in the editor goes into the queue. */
  | { type: "queued" }
  /** The next of the queue goes on its way; the newest, or all, go back into the editor. */
  | { type: "unqueued"; which: "next" | "newest" | "all" }
  /** What could not be sent goes back into the editor, before what is there. */
  | { type: "returned"; text: string };

const types: Readonly<Record<InputAction["type"], true>> = {
  edited: true,
  completed: true,
  menuStepped: true,
  menuTaken: true,
  menuClosed: true,
  searched: true,
  searchEnded: true,
  queued: true,
  unqueued: true,
  returned: true,
};

export function isInputAction(action: { readonly type: string }): action is InputAction {
  return Object.hasOwn(types, action.type);
}

export const emptyInput: InputState = { editor: emptyEditor, menu: undefined, search: undefined, queue: [] };

export function reduceInput(state: InputState, action: InputAction): InputState {
  switch (action.type) {
    case "edited":
      return followTyping(state, action.edit);
    case "completed":
      return complete(state, action.completion);
    case "menuStepped":
      return { ...state, menu: state.menu && stepMenu(state.menu, action.step) };
    case "menuTaken": {
      const candidate = state.menu && selectedOf(state.menu);
      return candidate ? takeCandidate(state, candidate, state.menu.from) : state;
    }
    case "menuClosed":
      return { ...state, menu: undefined };
    case "searched":
      return { ...state, menu: undefined, search: search(state, action.intent) };
    case "searchEnded":
      return endSearch(state, action.isTaken);
    case "queued": {
      const queue = [...state.queue, state.editor.text.trimEnd()];
      return { ...state, queue, editor: reduceEditor(state.editor, { type: "remember" }) };
    }
    case "unqueued":
      return unqueue(state, action.which);
    case "returned":
      return putBack(state, [action.text]);
  }
}

/** The menu follows what is typed, and closes for anything else. */
function followTyping(state: InputState, edit: EditorAction): InputState {
  const editor = reduceEditor(state.editor, edit);
  const isTyping = edit.type === "insert" || edit.type === "backspace";
  const menu = state.menu && isTyping ? narrowMenu(state.menu, typedBehind(editor, state.menu.from)) : undefined;
  return { ...state, editor, menu };
}

function complete(state: InputState, { from, candidates }: Completion): InputState {
  const { editor } = state;
  const [first] = candidates;
  if (!first) return { ...state, menu: undefined };
  if (candidates.length === 1) return takeCandidate(state, first, from);
  const start = commonStart(candidates);
  const written = start.length > editor.cursor - from ? replaceTyped(editor, from, start) : editor;
  return { ...state, editor: written, menu: openMenu({ from, candidates }, typedBehind(written, from)) };
}

function typedBehind({ text, cursor }: EditorState, from: number): string {
  return text.slice(from, cursor);
}

function takeCandidate(state: InputState, { text, isOpen }: Candidate, from: number): InputState {
  const { editor } = state;
  const hasBlank = /^\s/.test(editor.text.slice(editor.cursor));
  return { ...state, editor: replaceTyped(editor, from, isOpen || hasBlank ? text : `${text} `), menu: undefined };
}

function replaceTyped(editor: EditorState, from: number, text: string): EditorState {
  return reduceEditor(editor, { type: "replace", start: from, end: editor.cursor, text });
}

function search({ search: open, editor }: InputState, intent: Intent): HistorySearch | undefined {
  return open ? reduceSearch(open, intent, editor.history) : openSearch(editor.history);
}

function endSearch(state: InputState, isTaken: boolean): InputState {
  const { search, editor } = state;
  const isFound = isTaken && search !== undefined && search.back > 0;
  const taken = isFound ? reduceEditor(editor, { type: "show", back: search.back }) : editor;
  return { ...state, search: undefined, editor: taken };
}

function unqueue(state: InputState, which: "next" | "newest" | "all"): InputState {
  if (which === "next" || state.queue.length === 0) return { ...state, queue: state.queue.slice(1) };
  const kept = which === "all" ? 0 : state.queue.length - 1;
  return { ...putBack(state, state.queue.slice(kept)), queue: state.queue.slice(0, kept) };
}

/** Before what is being written. An input of the history that is only looked at is no part of that. */
function putBack(state: InputState, texts: readonly string[]): InputState {
  const { text, back, history } = state.editor;
  const isLookedAt = back > 0 && text === history.at(-back);
  const editor = isLookedAt ? reduceEditor(state.editor, { type: "show", back: 0 }) : state.editor;
  const all = [...texts, editor.text].filter((one) => one !== "").join("\n\n");
  return { ...state, editor: reduceEditor(editor, { type: "set", text: all }) };
}
