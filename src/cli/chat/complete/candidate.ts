// What may stand in the place of a part of the input, and how far all of it agrees.

export interface Candidate {
  /** Takes the place of what is typed. */
  readonly text: string;
  readonly label: string;
  /** What it is, in a few words. */
  readonly detail?: string;
  /** More is to follow right behind it: a folder, not a file. Behind others comes a blank. */
  readonly isOpen?: boolean;
}

export interface Completion {
  /** Where in the text what is typed begins; it ends at the cursor. */
  readonly from: number;
  readonly candidates: readonly Candidate[];
}

/** Those that begin with the last word of `text`, in any case. */
export function completeWord(text: string, words: readonly Pick<Candidate, "text" | "detail">[]): Completion {
  const from = text.search(/\S*$/);
  return { from, candidates: beginningWith(text.slice(from), words) };
}

export function beginningWith(typed: string, words: readonly Pick<Candidate, "text" | "detail">[]): Candidate[] {
  const wanted = typed.toLowerCase();
  return words
    .filter(({ text }) => text.toLowerCase().startsWith(wanted))
    .map((word) => ({ ...word, label: word.text }));
}

/** What all of them begin with, without half a character at its end. */
export function commonStart(candidates: readonly Candidate[]): string {
  const [first = "", ...others] = candidates.map(({ text }) => text);
  let length = first.length;
  for (const text of others) while (!text.startsWith(first.slice(0, length))) length--;
  const start = first.slice(0, length);
  // A backslash alone would change what is typed next.
  return start.isWellFormed() ? start.replace(/(?<!\\)(\\\\)*\\$/, "$1") : start.slice(0, -1);
}
