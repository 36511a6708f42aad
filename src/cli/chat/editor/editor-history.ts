// The inputs that were made, oldest first: of this chat, and of others before them. Pure.

export function withNewest(history: readonly string[], text: string): readonly string[] {
  return text.trim() === "" || history.at(-1) === text ? history : [...history, text];
}

/** Those of other chats come before what is known. */
export function withOthers(history: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(history);
  return [...others.filter((text) => !known.has(text)), ...history];
}
