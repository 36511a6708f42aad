// Reading and answering, in tokens a second: conversations inside this process beside node-llama-cpp and llama-bench.
import { openConversationSpeed } from "./conversation-speed.ts";
import { type MakeSubject, rivalOf } from "./field.ts";
import { type BenchWork, runLlamaBench } from "./llama-cpp.ts";
import { openSequenceSpeed } from "./sequence-speed.ts";
import type { Bound } from "./subject.ts";
import { answerTokens } from "./workload.ts";

const bound: Bound = { side: "at least", value: 0.97 };

export const decode: MakeSubject = async (field, open) => {
  const conversation = open.use(await openConversationSpeed(field.workload));
  const sequence = open.use(await openSequenceSpeed(field.workload));
  const benchWork = (): BenchWork => ({ prompt: 0, generate: answerTokens, depth: conversation.promptTokens });
  return {
    name: "decode",
    unit: "t/s",
    comparison: "ratio",
    kvchat: { name: "kvchat", measure: (signal) => conversation.decode(signal) },
    rivals: [
      { name: "evaluate", measure: (signal) => sequence.decode(conversation.promptTokens, signal) },
      ...rivalOf(field, (programs) => ({
        name: "llama-bench",
        measure: (signal) => runLlamaBench(programs, field.workload, benchWork(), signal),
        bound,
      })),
    ],
  };
};

export const prefill: MakeSubject = async (field, open) => {
  const conversation = open.use(await openConversationSpeed(field.workload));
  const sequence = open.use(await openSequenceSpeed(field.workload));
  const benchWork = (): BenchWork => ({ prompt: conversation.evaluatedTokens, generate: 0, depth: 0 });
  return {
    name: "prefill",
    unit: "t/s",
    comparison: "ratio",
    kvchat: { name: "kvchat", measure: (signal) => conversation.prefill(signal) },
    rivals: [
      { name: "evaluate", measure: () => sequence.prefill(conversation.evaluatedTokens) },
      ...rivalOf(field, (programs) => ({
        name: "llama-bench",
        measure: (signal) => runLlamaBench(programs, field.workload, benchWork(), signal),
        bound,
      })),
    ],
  };
};
