// The first token of a follow-up in a chat of 3,000 tokens, from the start of the process: with the cache that was kept, without
// it, and beside llama.cpp's own ways of keeping one.
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { KvType } from "../../../src/cache/types.ts";
import type { TurnResult } from "../../../src/session/events.ts";
import type { Field, MakeSubject } from "../field.ts";
import { type Program, runProgram } from "../program.ts";
import type { Bound, Contender, Rival } from "../subject.ts";
import { type LongChat, longChat } from "./long-chat.ts";
import { completionRival } from "./resume-completion.ts";
import { serverRival } from "./resume-server.ts";

const followUp = "And at night?";
const asFast: Bound = { side: "at least", value: 1 };

/** The work of all contenders, in tokens: they have those of the chat, and are to go on with the prompt. */
export interface ResumeWork {
  readonly type: KvType;
  readonly chat: readonly number[];
  /** Begins with the chat. */
  readonly prompt: readonly number[];
  /** Of the answer. */
  readonly generate: number;
  /** Theirs to keep files in. */
  readonly folder: string;
}

const generate = 4;

export function resume(type: KvType): MakeSubject {
  return async (field) => {
    const chat = await longChat(field, type);
    const resumed = () => chat.fork().resumed("-p", followUp, "-n", generate);
    return {
      name: `resume ${type}`,
      unit: "ms",
      comparison: "speedup",
      kvchat: { name: "kvchat", measure: async (signal) => (await runProgram(resumed(), signal)).firstByteMs },
      rivals: [
        { ...cold(chat, resumed), bound: { side: "at least", value: 30 } },
        ...(await rivals(field, type, chat)),
      ],
      rounds: 3,
      isWarm: true,
    };
  };
}

/** The same command where the cache folder is gone. */
function cold({ kvchat }: LongChat, resumed: () => Program): Contender {
  const empty = join(kvchat.folder, "no-cache");
  return {
    name: "cold",
    measure: async (signal) => {
      const program = resumed();
      const env = { ...program.env, KVCHAT_CACHE_DIR: empty };
      const { firstByteMs } = await runProgram({ ...program, env }, signal);
      rmSync(empty, { recursive: true, force: true });
      return firstByteMs;
    },
  };
}

async function rivals(field: Field, type: KvType, chat: LongChat): Promise<Rival[]> {
  const { llamaCpp, workload, signal, onProgress } = field;
  if (!llamaCpp) return [];
  const asked = chat.fork();
  const { stdout } = await runProgram(asked.resumed("-p", followUp, "-n", 1, "--json"), signal);
  const { tokens }: TurnResult = JSON.parse(stdout);
  const prompt = asked.tokens().slice(0, tokens.prompt);
  const work: ResumeWork = { type, chat: chat.tokens, prompt, generate, folder: chat.kvchat.folder };
  onProgress(`reading the same chat with llama-completion and llama-server, ${type}`);
  return [
    { ...(await completionRival(llamaCpp, workload, work, signal)), bound: asFast },
    { ...(await serverRival(llamaCpp, workload, work, signal)), bound: asFast },
  ];
}
