// A question with a few answers to choose from, as a pure reducer.
import type { Intent } from "../keys.ts";

export interface Choice {
  /** What the question is answered with. */
  readonly answer: string;
  readonly label: string;
}

export interface ChoiceState {
  readonly question: string;
  readonly choices: readonly Choice[];
  /** Index in `choices`. */
  readonly selected: number;
}

export function initialChoice(question: string, choices: readonly Choice[]): ChoiceState {
  return { question, choices, selected: 0 };
}

/** Arrows and Tab move, the first letter of a label or an answer goes to it. Other intents change nothing. */
export function reduceChoice(state: ChoiceState, intent: Intent): ChoiceState {
  switch (intent.type) {
    case "up":
    case "left":
      return select(state, state.selected - 1);
    case "down":
    case "right":
      return select(state, state.selected + 1);
    case "insert": {
      const typed = intent.text.trim().toLowerCase();
      const isMeant = ({ label, answer }: Choice) =>
        [label.toLowerCase(), answer].some((name) => name.startsWith(typed));
      const index = typed === "" ? -1 : state.choices.findIndex(isMeant);
      return index < 0 ? state : { ...state, selected: index };
    }
    default:
      return state;
  }
}

function select(state: ChoiceState, index: number): ChoiceState {
  return { ...state, selected: Math.max(0, Math.min(index, state.choices.length - 1)) };
}
