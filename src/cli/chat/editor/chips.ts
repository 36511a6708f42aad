// Long pastes stand in the editor as short labels, each moved over and erased as one; what is sent is the text behind them.
import { plural } from "../panels/amounts.ts";

export interface Chip {
  readonly label: string;
  readonly text: string;
}

/** A label in a text, from `start` to `end`. */
export interface PlacedChip extends Chip {
  readonly start: number;
  readonly end: number;
}

const mostLines = 10;
const mostCharacters = 1000;
const pattern = /\[Pasted [\d,]+ (?:lines|characters) #(\d+)\]/g;
/** No label is longer. */
const reach = 60;

/** The label that is to stand for a paste; undefined where it is short enough to stand there itself. */
export function foldPaste(text: string, chips: readonly Chip[]): Chip | undefined {
  const lines = text.split("\n").length;
  if (lines <= mostLines && text.length <= mostCharacters) return undefined;
  const size = lines > 1 ? plural(lines, "line") : plural(text.length, "character");
  return { label: `[Pasted ${size} #${chips.length + 1}]`, text };
}

/** Those of the labels in the text that stand for something. */
export function chipsIn(text: string, chips: readonly Chip[]): PlacedChip[] {
  if (chips.length === 0) return [];
  return [...text.matchAll(pattern)].flatMap(({ 0: label, 1: number, index }) => {
    const chip = chips[Number(number) - 1];
    return chip?.label === label ? [{ ...chip, start: index, end: index + label.length }] : [];
  });
}

/** The label that the index is inside of. */
export function chipAround(text: string, index: number, chips: readonly Chip[]): PlacedChip | undefined {
  if (chips.length === 0) return undefined;
  const from = Math.max(0, index - reach);
  const near = chipsIn(text.slice(from, index + reach), chips).find(
    ({ start, end }) => from + start < index && index < from + end,
  );
  return near && { ...near, start: from + near.start, end: from + near.end };
}

/** The text with what its labels stand for. */
export function withChips(text: string, chips: readonly Chip[]): string {
  let full = "";
  let done = 0;
  for (const chip of chipsIn(text, chips)) {
    full += text.slice(done, chip.start) + chip.text;
    done = chip.end;
  }
  return full + text.slice(done);
}
