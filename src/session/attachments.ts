// How files stand in a message: each as a fenced block with its name, before what was typed, so that chats that begin with the same
// file share its cache, and the question is what the model reads last. The whole is what is kept and sent; people see what they
// typed.

export interface AttachedText {
  readonly kind: "File" | "Folder";
  /** As the user named it. */
  readonly name: string;
  readonly text: string;
}

/** ```File notes.md:⏎```⏎text⏎```⏎⏎typed```, the fence longer than any run of backticks in the text. */
export function attach(typed: string, attached: readonly AttachedText[]): string {
  return attached.map(block).join("") + typed;
}

/** What was typed of a message. */
export function withoutAttachments(content: string): string {
  const pattern = /(?:File|Folder) [^\n]+:\n(`{3,})\n(?:[\s\S]*?\n)??\1\n\n/y;
  let end = 0;
  while (pattern.test(content)) end = pattern.lastIndex;
  const typed = content.slice(end);
  // A message that only looks like one with files names none of them.
  return typed.includes("@") ? typed : content;
}

function block({ kind, name, text }: AttachedText): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const end = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${kind} ${plainName(name)}:\n${fence}\n${text}${end}${fence}\n\n`;
}

/** On one line, whatever it holds. */
export function plainName(name: string): string {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(name) ? name : JSON.stringify(name);
}
