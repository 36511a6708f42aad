// A text of many lines between marks of three quotes, as Ollama takes it, alone or behind `/system`. Pure.

const mark = '"""';
const opening = /^\s*(?:\/(?:set\s+)?system\s+)?"""/i;

/** Enter makes lines in it until it is closed. */
export function isOpenBlock(text: string): boolean {
  const opened = opening.exec(text)?.[0];
  return opened !== undefined && !text.slice(opened.length).includes(mark);
}

/** What stands between the marks, where they are around all of it; else the text. */
export function withoutMarks(text: string): string {
  const inner = /^"""([\s\S]*)"""$/.exec(text)?.[1];
  return inner === undefined || inner.includes(mark) ? text : inner.trim();
}
