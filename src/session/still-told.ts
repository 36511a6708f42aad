// Which turns of a ledger that was kept are still those of the chat: another branch may have been gone over to after it. Pure.
import type { SaidTurn } from "./cached-parts.ts";
import type { Engine } from "./engine/engine.ts";
import type { Ledger } from "./token-window.ts";

/** The first of `turns`, up to one that the ledger has otherwise. */
export function stillTold<Turn extends SaidTurn>(
  { whole, turns: starts }: Pick<Ledger, "whole" | "turns">,
  turns: readonly Turn[],
  engine: Pick<Engine, "detokenize">,
): readonly Turn[] {
  const other = turns.findIndex(({ user, answer }, index) => {
    const said = letters(engine.detokenize(whole.slice(starts[index], starts[index + 1] ?? whole.length), false));
    // The last token of an answer may not have been read: its beginning tells.
    const begun = letters(answer?.content ?? "");
    return !said.includes(letters(user.content)) || !said.includes(begun.slice(0, Math.ceil(begun.length / 2)));
  });
  return other < 0 ? turns : turns.slice(0, other);
}

/** Some tokenizers change blanks and forms of letters. */
function letters(text: string): string {
  return text.normalize("NFKC").replaceAll(/\s+/g, "");
}
