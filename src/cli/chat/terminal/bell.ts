// Rings when an answer took long, for who has turned to something else meanwhile: the bell, and a notification where the terminal
// shows them.
import type { ChatState } from "../state.ts";

export interface BellOptions {
  /** An answer that took longer rings; 0: none does. */
  readonly seconds: number;
  readonly ring: () => void;
  /** Milliseconds, of any clock. */
  readonly now?: () => number;
}

/** To be told the state as it changes. What the user stops does not ring. */
export function createBell({ seconds, ring, now = () => performance.now() }: BellOptions): (state: ChatState) => void {
  let begun: number | undefined;
  let isStopped = false;
  return ({ phase, isStopping }) => {
    if (phase !== "idle") {
      begun ??= now();
      isStopped ||= isStopping;
      return;
    }
    if (begun !== undefined && !isStopped && seconds > 0 && now() - begun > seconds * 1000) ring();
    begun = undefined;
    isStopped = false;
  };
}

/** OSC 9, in iTerm2's form, which these terminals know; others would at best pass over it. */
export function ringBytes({ TERM = "", TERM_PROGRAM = "" }: NodeJS.ProcessEnv): string {
  const notifies = /kitty|ghostty|foot/.test(TERM) || /^(iTerm\.app|WezTerm|ghostty)$/.test(TERM_PROGRAM);
  return `\u0007${notifies ? "\u001b]9;kvchat: the answer is there\u001b\\" : ""}`;
}
