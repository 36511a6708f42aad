// kvchat's contender for speed: whole turns of a conversation, timed by the events that a user interface sees.
import type { Conversation } from "../../src/session/conversation-api.ts";
import type { ConversationEvent } from "../../src/session/events.ts";
import { openConversation } from "../../src/session/open-conversation.ts";
import { answerTokens, batchSize, contextSize, storyPrompt, textToRead, type Workload } from "./workload.ts";

export interface ConversationSpeed extends AsyncDisposable {
  /** Tokens a second of reading. */
  prefill(signal: AbortSignal): Promise<number>;
  /** Tokens a second between the first and the last token of an answer. */
  decode(signal: AbortSignal): Promise<number>;
  /** Tokens that the last turn read, and how many stood in the cache before its answer. */
  readonly evaluatedTokens: number;
  readonly promptTokens: number;
}

export async function openConversationSpeed(workload: Workload): Promise<ConversationSpeed> {
  const conversation = await openConversation({
    ...workload,
    modelName: "bench",
    ctxSize: contextSize,
    batchSize,
    nPredict: answerTokens,
    seed: 1,
    temp: 0,
    keep: 0,
    cacheTypeK: "f16",
    cacheTypeV: "f16",
    flashAttention: "auto",
    gpu: "off",
    swaFull: false,
    mmap: true,
    window: "turns",
    systemPrompt: "",
    reasoning: "auto",
  });
  return new TimedConversation(conversation);
}

interface Moment {
  readonly ms: number;
  readonly tokens: number;
}

class TimedConversation implements ConversationSpeed {
  evaluatedTokens = 0;
  promptTokens = 0;
  #round = 0;
  readonly #conversation: Conversation;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  async prefill(signal: AbortSignal): Promise<number> {
    // Another head each time: of one that is still in the cache only the rest would be read, at a greater depth.
    this.#conversation.setSystemPrompt(`${this.#round++}`);
    const read = new AbortController();
    const moments = await this.#moments(textToRead, AbortSignal.any([signal, read.signal]), (event) => {
      if (event.type === "reused") return 0;
      if (event.type !== "prefill") return undefined;
      if (event.done === event.total) read.abort();
      return event.done;
    });
    signal.throwIfAborted();
    return perSecond(moments);
  }

  async decode(signal: AbortSignal): Promise<number> {
    const moments = await this.#moments(storyPrompt, signal, (event) =>
      event.type === "token" || event.type === "thinking" ? event.tokens : undefined,
    );
    signal.throwIfAborted();
    return perSecond(moments);
  }

  /** When `tokensAt` told a number, and which; the conversation is empty again afterwards. */
  async #moments(
    text: string,
    signal: AbortSignal,
    tokensAt: (event: ConversationEvent) => number | undefined,
  ): Promise<Moment[]> {
    const moments: Moment[] = [];
    for await (const event of this.#conversation.send(text, signal)) {
      const tokens = tokensAt(event);
      if (tokens !== undefined) moments.push({ ms: performance.now(), tokens });
      if (event.type === "done") {
        this.evaluatedTokens = event.tokens.evaluated;
        this.promptTokens = event.tokens.prompt;
      }
    }
    this.#conversation.clear();
    return moments;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#conversation[Symbol.asyncDispose]());
  }
}

function perSecond(moments: readonly Moment[]): number {
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first || !last || first === last) throw new Error("the model said too little to be timed");
  return ((last.tokens - first.tokens) * 1000) / (last.ms - first.ms);
}
