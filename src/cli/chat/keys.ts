// What a key press means: from Ink's account of it to an intent of the chat. Pure, so that the key map is a table to test.
import type { Key } from "ink";
import type { EditorChange, EditorMove } from "./editor/editor.ts";

/** What does not concern the text alone. */
type ChatKey =
  | "submit"
  | "newline"
  | "stop"
  | "interrupt"
  | "endOfInput"
  | "suspend"
  | "redraw"
  | "openEditor"
  | "complete"
  | "completeBack"
  | "search"
  | "searchNewer"
  | "previousVersion"
  | "nextVersion";
type RowKey = "up" | "down" | "home" | "end";
type PlainIntent = ChatKey | RowKey | EditorMove | EditorChange;

export type Intent = { type: "insert"; text: string } | { type: PlainIntent };

const controlKeys: Record<string, PlainIntent> = {
  a: "home",
  b: "left",
  c: "interrupt",
  d: "endOfInput",
  e: "end",
  f: "right",
  g: "openEditor",
  h: "backspace",
  j: "newline",
  k: "deleteToEnd",
  l: "redraw",
  m: "submit",
  n: "down",
  o: "unfold",
  p: "up",
  r: "search",
  s: "searchNewer",
  t: "transpose",
  u: "deleteToStart",
  w: "deleteChunkLeft",
  y: "yank",
  z: "suspend",
  // Ctrl-/ is Ctrl-_ to most terminals; those that tell them apart tell of Ctrl-_ as Ctrl-Shift-minus.
  _: "undo",
  "/": "undo",
  "-": "undo",
};

const metaKeys: Record<string, PlainIntent> = {
  b: "wordLeft",
  f: "wordRight",
  d: "deleteWordRight",
  y: "yankOlder",
  p: "previousVersion",
  n: "nextVersion",
  "<": "textStart",
  ">": "textEnd",
};

/** The intents of one input event of Ink. A chunk of several typed characters gives several. */
export function intentsOf(input: string, key: Key): Intent[] {
  if (key.eventType === "release") return [];
  const named = namedKey(key);
  if (named) return [{ type: named }];
  if (key.ctrl) return plain(controlKeys[input]);
  if (key.meta) return plain(metaKeys[input.toLowerCase()]);
  return typed(input);
}

function namedKey(key: Key): PlainIntent | undefined {
  const hasModifier = key.ctrl || key.meta;
  if (key.return) return key.meta || key.shift || key.ctrl ? "newline" : "submit";
  if (key.escape) return "stop";
  if (key.leftArrow) return hasModifier ? "wordLeft" : "left";
  if (key.rightArrow) return hasModifier ? "wordRight" : "right";
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.home) return key.ctrl ? "textStart" : "home";
  if (key.end) return key.ctrl ? "textEnd" : "end";
  if (key.tab) return key.shift ? "completeBack" : "complete";
  if (key.backspace) return hasModifier ? "deleteWordLeft" : "backspace";
  if (key.delete) return hasModifier ? "deleteWordRight" : "delete";
  return undefined;
}

/** Fast typing and scripts deliver text and Enter in one chunk, which Ink hands over as it came. */
function typed(chunk: string): Intent[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being split off
  const parts = chunk.match(/[\u0000-\u001f\u007f]|[^\u0000-\u001f\u007f]+/g) ?? [];
  return parts.flatMap((part): Intent[] => {
    const code = part.charCodeAt(0);
    if (code === 9) return plain("complete");
    if (code === 0x7f) return plain("backspace");
    if (code < 32) return plain(controlKeys[String.fromCharCode(code + (code <= 26 ? 96 : 64))]);
    return [{ type: "insert", text: part }];
  });
}

function plain(type: PlainIntent | undefined): Intent[] {
  return type ? [{ type }] : [];
}
