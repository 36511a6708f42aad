// Holds the chat's state outside React: an action's final lines go to the painter before React renders the frame that goes with
// them, so that both are drawn at once.
import { type ChatAction, type ChatState, reduceChat, type TranscriptLine } from "./state.ts";

export interface ChatStore {
  readonly getState: () => ChatState;
  readonly dispatch: (action: ChatAction) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createChatStore(
  initial: ChatState,
  onFinalLines: (lines: readonly TranscriptLine[]) => void,
): ChatStore {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    dispatch(action) {
      state = reduceChat(state, action);
      if (state.outbox.length > 0) onFinalLines(state.outbox);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
