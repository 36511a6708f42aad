// The search in earlier inputs, as shells have it: what is typed narrows, the same key again goes to older ones. Pure.

import type { Intent } from "../keys.ts";
import { typable } from "../printable.ts";
import { type EditorState, emptyEditor, reduceEditor } from "./editor.ts";

export interface HistorySearch {
  /** What is looked for. */
  readonly query: EditorState;
  /** How many inputs back the one is that was found; 0 where none was. */
  readonly back: number;
}

type History = readonly string[];

/** Begins with the newest input. */
export function openSearch(history: History): HistorySearch {
  return { query: emptyEditor, back: find(history, "", 1, 1) };
}

export function foundText({ back }: HistorySearch, history: History): string {
  return back > 0 ? (history.at(-back) ?? "") : "";
}

/** Where in a text the query is; the search knows no upper and lower case. */
export function foundAt(text: string, query: string): number {
  return Math.max(0, plain(text).indexOf(plain(query)));
}

/** Undefined for what is no part of searching: whoever asks ends the search first. */
export function reduceSearch(search: HistorySearch, intent: Intent, history: History): HistorySearch | undefined {
  switch (intent.type) {
    case "insert":
      return narrow(search, { type: "insert", text: typable(intent.text).replaceAll("\n", " ") }, history);
    case "backspace":
    case "deleteWordLeft":
    case "deleteChunkLeft":
    case "deleteToStart":
    case "yank":
      return narrow(search, { type: intent.type }, history);
    case "search":
    case "up":
      return step(search, 1, history);
    case "searchNewer":
    case "down":
      return step(search, -1, history);
    default:
      return undefined;
  }
}

/** Stays with what was found as long as it has what is looked for, else goes on to older inputs, else begins anew. */
function narrow(search: HistorySearch, edit: Parameters<typeof reduceEditor>[1], history: History): HistorySearch {
  const query = reduceEditor(search.query, edit);
  const isLonger = query.text.length > search.query.text.length;
  const from = isLonger ? Math.max(1, search.back) : 1;
  return { query, back: find(history, query.text, from, 1) };
}

/** The next one that is another text; where there is none, the search stays. */
function step(search: HistorySearch, direction: 1 | -1, history: History): HistorySearch {
  const current = foundText(search, history);
  let back = search.back;
  do back = find(history, search.query.text, back + direction, direction);
  while (back > 0 && history.at(-back) === current);
  return back > 0 ? { ...search, back } : search;
}

function find(history: History, query: string, from: number, direction: 1 | -1): number {
  const wanted = plain(query);
  for (let back = from; back > 0 && back <= history.length; back += direction) {
    if (plain(history.at(-back) ?? "").includes(wanted)) return back;
  }
  return 0;
}

function plain(text: string): string {
  return text.toLowerCase();
}
