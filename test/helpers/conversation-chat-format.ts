// Prompts of the two test models spelled out by hand, so that tests do not trust kvchat's own rendering.

export interface ChatFormat {
  /** What a chat without a system prompt begins with. */
  readonly start: string;
  readonly user: (text: string) => string;
  readonly afterAnswer: string;
}

/** SmolLM2: ChatML, with a system prompt of its own where there is none. */
export const smollm2Format: ChatFormat = {
  start: "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n",
  user: (text) => `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`,
  afterAnswer: "<|im_end|>\n",
};

/** Gemma 3: no system role, a token of its own at the beginning. */
export const gemma3Format: ChatFormat = {
  start: "<bos>",
  user: (text) => `<start_of_turn>user\n${text}<end_of_turn>\n<start_of_turn>model\n`,
  afterAnswer: "<end_of_turn>\n",
};
