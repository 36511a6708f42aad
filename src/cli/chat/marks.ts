// What stands before the first line of a message, and before its others: a sign for eyes, a word for a screen reader.
import type { Look } from "./look.ts";

export type LineKind = "user" | "answer" | "thinking" | "note" | "error" | "hint";

type Marks = readonly [first: string, others: string];

const drawn: Record<LineKind, Marks> = {
  user: ["› ", "  "],
  answer: ["", ""],
  thinking: ["┊ ", "┊ "],
  note: ["· ", "  "],
  error: ["", ""],
  hint: ["", ""],
};

const spoken: Record<LineKind, Marks> = {
  user: ["You: ", ""],
  answer: ["Answer: ", ""],
  thinking: ["Thought: ", ""],
  note: ["Note: ", ""],
  error: ["Error: ", ""],
  hint: ["", ""],
};

export function marksOf(kind: LineKind, { isForScreenReader }: Pick<Look, "isForScreenReader">): Marks {
  return (isForScreenReader ? spoken : drawn)[kind];
}
