// What a user meets of the whole program: its start, its memory, its version, and the chat beside the pipe.
import { chatSpeed } from "./chat-speed.ts";
import { type Field, type MakeSubject, rivalOf } from "./field.ts";
import { completionProgram, type LlamaCpp, type Turn, turnFlags } from "./llama-cpp.ts";
import { type Program, peakMemory, runProgram } from "./program.ts";
import type { Bound, Contender, Subject } from "./subject.ts";
import { chatTokens, contextSize, shortPrompt, shortSystemPrompt, storyPrompt } from "./workload.ts";

const shortTurn: Turn = { systemPrompt: shortSystemPrompt, prompt: shortPrompt, tokens: 16 };
const longTurn: Turn = { systemPrompt: "You tell stories.", prompt: storyPrompt, tokens: chatTokens };

export const start: MakeSubject = (field) => ({
  ...besideCompletion(field, async (program, signal) => (await runProgram(program, signal)).firstByteMs, {
    side: "at most",
    value: 1.3,
  }),
  name: "start",
  unit: "ms",
  comparison: "ratio",
});

export const memory: MakeSubject = (field) => ({
  ...besideCompletion(field, peakMemory, { side: "at most", value: 150 }),
  name: "memory",
  unit: "MB",
  comparison: "difference",
});

export const version: MakeSubject = ({ kvchat }) => ({
  name: "version",
  unit: "ms",
  comparison: "alone",
  kvchat: {
    name: "kvchat",
    measure: async (signal) => (await runProgram(kvchat.with("--version"), signal)).endMs,
  },
  rivals: [],
  bound: { side: "at most", value: 150 },
});

export const chat: MakeSubject = (field) => {
  const program = answering(field, longTurn, ["-c", contextSize]);
  const pipe: Contender = {
    name: "pipe",
    measure: async (signal) => {
      const { firstByteMs, lastByteMs } = await runProgram(program, signal);
      return ((chatTokens - 1) * 1000) / (lastByteMs - firstByteMs);
    },
  };
  return {
    name: "chat",
    unit: "t/s",
    comparison: "ratio",
    kvchat: { name: "kvchat", measure: (signal) => chatSpeed(program, contextSize, signal) },
    rivals: [{ ...pipe, bound: { side: "at least", value: 0.95 } }],
  };
};

function besideCompletion(
  field: Field,
  measure: (program: Program, signal: AbortSignal) => Promise<number>,
  bound: Bound,
): Pick<Subject, "kvchat" | "rivals"> {
  const program = answering(field, shortTurn);
  const rival = (programs: LlamaCpp) => completionProgram(programs, field.workload, shortTurn);
  return {
    kvchat: { name: "kvchat", measure: (signal) => measure(program, signal) },
    rivals: rivalOf(field, (programs) => ({
      name: "llama-completion",
      measure: (signal) => measure(rival(programs), signal),
      bound,
    })),
  };
}

function answering({ kvchat, workload }: Field, turn: Turn, more: (string | number)[] = []): Program {
  return kvchat.with("run", "-m", workload.modelPath, "-t", workload.threads, ...turnFlags(turn), ...more);
}
