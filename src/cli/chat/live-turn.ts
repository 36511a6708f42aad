// The token counts of the turn that is under way, from its events; the turn's own account replaces them when it is done.
import type { ConversationEvent, TurnTokens } from "../../session/events.ts";

export const newTurn: TurnTokens = { prompt: 0, reused: 0, evaluated: 0, evicted: 0, generated: 0 };

/** `prefill` is what the prefill had come to before this event: one that begins again, after an eviction, counts from 0. */
export function countEvent(
  turn: TurnTokens,
  event: ConversationEvent,
  prefill?: { readonly done: number },
): TurnTokens {
  switch (event.type) {
    case "reused":
      return { ...turn, reused: event.tokens };
    case "evicted":
      return { ...turn, evicted: turn.evicted + event.tokens };
    case "prefill": {
      const before = prefill && prefill.done <= event.done ? prefill.done : 0;
      return { ...turn, evaluated: turn.evaluated + event.done - before };
    }
    default:
      return turn;
  }
}
