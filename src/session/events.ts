// What a conversation tells while it works: the one stream that the terminal, the pipe and JSON lines consume.

/** Why an answer ended: the model ended it, `-n` was reached, the user stopped it, or the context is full (`--window stop`). */
export type StopReason = "stop" | "length" | "interrupted" | "context";

/**
 * Tokens of one turn. `prompt = reused + evaluated`: of a turn stopped while it read its prompt, what was read of it.
 * What a cache that cannot shift reads again in mid-answer counts in the times alone. `evicted` left the window.
 */
export interface TurnTokens {
  prompt: number;
  reused: number;
  evaluated: number;
  evicted: number;
  generated: number;
}

/** Times in milliseconds, rates in tokens per second. A rate is 0 where nothing was measured. */
export interface TurnTimings {
  loadMs: number;
  prefillMs: number;
  firstTokenMs: number;
  decodeMs: number;
  prefillPerSecond: number;
  decodePerSecond: number;
}

/** The KV cache of a conversation: ggml types in lower case, bytes allocated for it, size in tokens. */
export interface KvFacts {
  typeK: string;
  typeV: string;
  bytes: number;
  contextSize: number;
}

/** What one turn came to; the object that `--json` prints. A contract: see README, "Output for scripts". */
export interface TurnResult {
  text: string;
  thinking: string;
  stopReason: StopReason;
  model: string;
  session: string | null;
  seed: number;
  tokens: TurnTokens;
  timings: TurnTimings;
  kv: KvFacts;
}

export type ConversationEvent =
  | { type: "loading"; stage: "download" | "model" | "context"; fraction: number }
  /** The answer so far, which the tokens that follow go on with. */
  | { type: "continued"; text: string; thinking: string }
  | { type: "reused"; tokens: number }
  | { type: "evicted"; tokens: number; turns: number; policy: string }
  | { type: "prefill"; done: number; total: number }
  | { type: "token"; text: string; tokens: number }
  | { type: "thinking"; text: string; tokens: number }
  /** After an answer, and never in its way. `problem`: why it could not be kept; the chat goes on. */
  | { type: "saved"; session: string | null; tokens: number; blocks: number; bytes: number; problem: string | null }
  | ({ type: "done" } & TurnResult)
  | { type: "failed"; message: string; hint: string; exitCode: number };
