// How tokens are chosen, as people set it; its own file because the engine needs it, and nothing else of a conversation.

/** How tokens are chosen. `temperature` 0 is greedy. `repeatPenalty` 1 is off. */
export interface Sampling {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  repeatPenalty: number;
  seed: number;
}
