// Holds the chat's state outside React, and is its clock: whoever makes tokens or presses keys never waits for drawing, and one
// frame serves all that happened since the one before. Final lines go to the painter with the frame that no longer shows them.
import { type ChatAction, type ChatState, reduceChat, type TranscriptLine } from "./state.ts";

export interface ChatStore {
  readonly getState: () => ChatState;
  readonly dispatch: (action: ChatAction) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** Draws what has happened now. */
  readonly flush: () => void;
}

/** 30 frames a second at most. */
const frameMs = 34;

export function createChatStore(
  initial: ChatState,
  onFinalLines: (lines: readonly TranscriptLine[]) => void,
): ChatStore {
  let state = initial;
  let finalLines: TranscriptLine[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lastFrame = Number.NEGATIVE_INFINITY;
  const listeners = new Set<() => void>();

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    lastFrame = performance.now();
    if (finalLines.length > 0) onFinalLines(finalLines);
    finalLines = [];
    for (const listener of listeners) listener();
  }

  return {
    getState: () => state,
    dispatch(action) {
      state = reduceChat(state, action);
      finalLines.push(...state.outbox);
      const waited = performance.now() - lastFrame;
      // Looking at the clock too keeps frames coming while a busy conversation leaves timers no turn.
      if (waited >= frameMs) flush();
      else timer ??= setTimeout(flush, frameMs - waited);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush,
  };
}
