// The same model through node-llama-cpp's own sequence API: what kvchat's greedy answers must equal.

import { getLlama, LlamaLogLevel, type Token } from "node-llama-cpp";
import { commonPrefixLength } from "../../src/cache/prefix.ts";

export interface Reference extends AsyncDisposable {
  tokenize(text: string): number[];
  detokenize(tokens: readonly number[]): string;
  /**
   * The greedy continuation of `tokens`, without the token that ends it. What of them the sequence holds stays in it: with
   * other batches llama.cpp rounds otherwise, and near ties fall to another side.
   */
  greedy(tokens: readonly number[], count: number): Promise<number[]>;
}

export interface ReferenceOptions {
  readonly contextSize: number;
  readonly typeK: string;
  readonly typeV: string;
}

export async function openReference(modelPath: string, options: ReferenceOptions): Promise<Reference> {
  const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.disabled, progressLogs: false });
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const context = await model.createContext({
    contextSize: options.contextSize,
    batchSize: 512,
    threads: 1,
    flashAttention: "auto",
    experimentalKvCacheKeyType: options.typeK.toUpperCase() as "F16",
    experimentalKvCacheValueType: options.typeV.toUpperCase() as "F16",
  });
  const sequence = context.getSequence();
  return {
    tokenize: (text) => model.tokenize(text, true),
    detokenize: (tokens) => model.detokenize(tokens as Token[]),
    async greedy(tokens, count) {
      const shared = Math.min(commonPrefixLength(tokens, sequence.contextTokens), tokens.length - 1);
      await sequence.eraseContextTokenRanges([{ start: shared, end: sequence.nextTokenIndex }]);
      const generated: number[] = [];
      for await (const token of sequence.evaluate(tokens.slice(shared) as Token[], { temperature: 0 })) {
        generated.push(token);
        if (generated.length === count) break;
      }
      return generated;
    },
    [Symbol.asyncDispose]: () => model.dispose(),
  };
}
