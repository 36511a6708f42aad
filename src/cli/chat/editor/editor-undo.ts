// What undo goes back to: the states before each change, those of one run (typing a word, erasing by one key) as one.
import { isBlank } from "./editor-text.ts";

/** Everything that undo brings back. */
export interface Snapshot {
  readonly text: string;
  readonly cursor: number;
  /** How many inputs back in the history this text is from; 0 is the one being written. */
  readonly back: number;
  /** The text being written, kept while the history is shown. */
  readonly draft: string;
}

/** What the latest action was, where the next one may continue it. */
export type Run = "insert" | "backspace" | "delete" | "killLeft" | "killRight" | "yank" | "history" | undefined;

const mostSnapshots = 200;

export function keepSnapshot(undo: readonly Snapshot[], { text, cursor, back, draft }: Snapshot): readonly Snapshot[] {
  return [...undo.slice(1 - mostSnapshots), { text, cursor, back, draft }];
}

/** Whether a change belongs to the run before it. Each word that is typed can be undone apart. */
export function continuesRun(last: Run, next: Run, { text, cursor }: Snapshot, inserted: string): boolean {
  if (next === undefined || last !== next || next === "yank") return false;
  return next !== "insert" || (inserted !== "\n" && (isBlank(inserted[0]) || !isBlank(text[cursor - 1])));
}
