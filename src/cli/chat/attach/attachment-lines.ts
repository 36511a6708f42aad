// What is told under the input of the files that it names: what is wrong first, then what they come to, then each. Pure.
import { columnsOf, cutInside } from "../../sessions/cut-to-columns.ts";
import { plural } from "../panels/amounts.ts";
import { type AttachmentNote, contextHolds } from "./weigh.ts";

/** Of a name, whatever is said of it. */
const fewestColumns = 12;

export interface AttachmentLine {
  readonly text: string;
  readonly isProblem: boolean;
}

/** `contextSize` is undefined while the model loads. A name gives way to what is said of its file. */
export function attachmentLines(
  notes: readonly AttachmentNote[],
  { contextSize, columns }: { contextSize?: number; columns: number },
): AttachmentLine[] {
  const lines = notes.map(({ name, words, isProblem }) => {
    const room = Math.max(fewestColumns, columns - columnsOf(words) - 3);
    return { text: `@${cutInside(name, room)}: ${words}`, isProblem };
  });
  const [problems, others] = [true, false].map((kind) => lines.filter(({ isProblem }) => isProblem === kind));
  return [...(problems ?? []), ...sum(notes, contextSize), ...(others ?? [])];
}

function sum(notes: readonly AttachmentNote[], contextSize = Number.POSITIVE_INFINITY): AttachmentLine[] {
  const counted = notes.filter(({ tokens = 0 }) => tokens > 0);
  const tokens = counted.reduce((total, note) => total + (note.tokens ?? 0), 0);
  if (counted.length < 2) return [];
  const isProblem = tokens >= contextSize;
  const limit = isProblem ? `: ${contextHolds(contextSize)}` : "";
  return [{ text: `together ${plural(tokens, "token")}${limit}`, isProblem }];
}
