// The work that all contenders are given: the same model, settings, texts and number of tokens.

export interface Workload {
  readonly modelPath: string;
  readonly threads: number;
}

export const contextSize = 2048;
export const batchSize = 512;
/** Tokens that a measurement of decoding generates. */
export const answerTokens = 160;
/** Tokens of an answer that is drawn: long enough that the time of one frame counts for little. */
export const chatTokens = 320;
/** With the chat template some 30 tokens; the system prompt is there because templates bring different ones of their own. */
export const shortPrompt = "Why is the sky blue on a clear day?";
export const shortSystemPrompt = "Answer in a few words.";
/** Greedy, it makes the small models write on for longer than any measurement here. */
export const storyPrompt = "Write a long story about a dragon who lives in a library.";

const words =
  "time year people way day man thing woman life child world school state family student group country".split(" ");

/** Less than a batch of tokens. */
export const textToRead = Array.from({ length: 22 }, () => words.join(" ")).join(" ");

/** `count` words, in most vocabularies a token each; others, and always the same, for each `seed`. */
export function someWords(count: number, seed: number): string {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(" ");
}

/** Numbers from 0 up to 1, always the same for one `seed`: mulberry32, public domain, by Tommy Ettinger. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
