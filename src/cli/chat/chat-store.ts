// Holds the chat's state outside React, and is its clock: whoever makes tokens or presses keys never waits for drawing, and one
// frame serves all that happened since the one before; what a key does is seen sooner than what the model says. Final lines go to
// the painter with the frame that no longer shows them.
import { isInputAction } from "./editor/input-state.ts";
import { type ChatAction, type ChatState, reduceChat, type TranscriptLine } from "./state.ts";

export interface ChatStore {
  readonly getState: () => ChatState;
  readonly dispatch: (action: ChatAction) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** Draws what has happened now. */
  readonly flush: () => void;
}

/** 30 frames a second at most, and fewer where tokens come faster than anyone reads: 12 at 200 of them a second, 8 from 300 on. */
const frameMs = 34;
const slowestFrameMs = 125;
/** So many tokens a second make the time to the next frame 1 ms. */
const tokensPerMs = 2.4;
/**
 * A frame drawn while a token is decoded costs nothing, and one that begins later holds up the next token: where tokens come faster
 * than this, a frame waits for one.
 */
const tokenMs = 10;
/** Between two frames where a key was pressed, or an answer has ended: hands feel a delay that eyes do not see. */
const keyFrameMs = 8;

export function createChatStore(
  initial: ChatState,
  onFinalLines: (lines: readonly TranscriptLine[]) => void,
): ChatStore {
  let state = initial;
  let finalLines: TranscriptLine[] = [];
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let lastFrame = Number.NEGATIVE_INFINITY;
  /** What the conversation told since then, and what its pace makes of the time to the next. */
  let told = 0;
  let pace = frameMs;
  let patience = 0;
  const listeners = new Set<() => void>();

  function flush(): void {
    clearTimeout(timer);
    timerAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    const perSecond = (told * 1000) / Math.max(1, now - lastFrame);
    pace = Math.min(slowestFrameMs, Math.max(frameMs, perSecond / tokensPerMs));
    patience = perSecond * tokenMs > 1000 ? tokenMs : 0;
    told = 0;
    lastFrame = now;
    if (finalLines.length > 0) onFinalLines(finalLines);
    finalLines = [];
    for (const listener of listeners) listener();
  }

  return {
    getState: () => state,
    dispatch(action) {
      state = reduceChat(state, action);
      finalLines.push(...state.outbox);
      if (action.type === "progressed") told++;
      const isSoon = isInputAction(action) || action.type === "turnEnded";
      const due = lastFrame + (isSoon ? keyFrameMs : pace);
      const now = performance.now();
      const latest = isSoon ? due : due + patience;
      // Looking at the clock too keeps frames coming while a busy conversation leaves timers no turn.
      if (now >= due) flush();
      else if (latest < timerAt) {
        clearTimeout(timer);
        timer = setTimeout(flush, latest - now);
        timerAt = latest;
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush,
  };
}
