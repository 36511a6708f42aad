// node-llama-cpp's contender: its sequence API and plain evaluate loop, on as many tokens as the conversation had.
import { getLlama, type LlamaContextSequence, LlamaLogLevel, type LlamaModel, type Token } from "node-llama-cpp";
import { answerTokens, batchSize, contextSize, storyPrompt, textToRead, type Workload } from "./workload.ts";

export class SequenceSpeed implements AsyncDisposable {
  readonly #model: LlamaModel;
  readonly #sequence: LlamaContextSequence;

  constructor(model: LlamaModel, sequence: LlamaContextSequence) {
    this.#model = model;
    this.#sequence = sequence;
  }

  /** Tokens a second of reading `count` tokens, up to the first token of an answer. */
  async prefill(count: number): Promise<number> {
    const tokens = await this.#begin(textToRead, count);
    const begun = performance.now();
    for await (const _ of this.#sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) break;
    return (count * 1000) / (performance.now() - begun);
  }

  /** Tokens a second of a greedy answer to a prompt of `promptTokens`, from its first token to its last. */
  async decode(promptTokens: number, signal: AbortSignal): Promise<number> {
    const tokens = await this.#begin(storyPrompt, promptTokens);
    let first = 0;
    let generated = 0;
    for await (const _ of this.#sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
      first ||= performance.now();
      generated++;
      if (generated === answerTokens || signal.aborted) break;
    }
    signal.throwIfAborted();
    return ((generated - 1) * 1000) / (performance.now() - first);
  }

  async #begin(text: string, count: number): Promise<Token[]> {
    await this.#sequence.clearHistory();
    const tokens = this.#model.tokenize(text);
    return Array.from({ length: count }, (_, index) => tokens[index % tokens.length] as Token);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#model.dispose();
  }
}

export async function openSequenceSpeed({ modelPath, threads }: Workload): Promise<SequenceSpeed> {
  const llama = await getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.disabled,
    maxThreads: threads,
  });
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const context = await model.createContext({ contextSize, batchSize, threads, flashAttention: "auto" });
  return new SequenceSpeed(model, context.getSequence());
}
