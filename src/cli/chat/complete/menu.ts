// The menu of completions under the input as a pure reducer: one is selected, keys move on, typing narrows.
import type { Candidate, Completion } from "./candidate.ts";

export interface Menu extends Completion {
  readonly selected: number;
  /** What was typed when it opened, and all that began so. */
  readonly typed: string;
  readonly all: readonly Candidate[];
}

export function openMenu({ from, candidates }: Completion, typed: string): Menu {
  return { from, candidates, all: candidates, typed, selected: 0 };
}

export function stepMenu(menu: Menu, step: "next" | "previous"): Menu {
  const count = menu.candidates.length;
  return { ...menu, selected: (menu.selected + (step === "next" ? 1 : count - 1)) % count };
}

/** Undefined where what is typed now is nothing that the menu can go on with. */
export function narrowMenu(menu: Menu, typed: string): Menu | undefined {
  const begins = (text: string, start: string) => text.toLowerCase().startsWith(start.toLowerCase());
  if (!begins(typed, menu.typed)) return undefined;
  const candidates = menu.all.filter(({ text }) => begins(text, typed));
  const isWritten = candidates.length === 1 && candidates[0]?.text === typed;
  return candidates.length === 0 || isWritten ? undefined : { ...menu, candidates, selected: 0 };
}

export function selectedOf({ candidates, selected }: Menu): Candidate | undefined {
  return candidates[selected];
}
