// `llama-completion --prompt-cache` as a whole process: it loads the cache of its context from a file, and evaluates what follows.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getLlama, LlamaLogLevel, type Token } from "node-llama-cpp";
import type { LlamaCpp } from "../llama-cpp.ts";
import { type Program, runProgram } from "../program.ts";
import type { Contender } from "../subject.ts";
import type { Workload } from "../workload.ts";
import { longChatContext } from "./long-chat.ts";
import type { ResumeWork } from "./resume.ts";

/** Makes its cache file, which takes as long as reading the chat. */
export async function completionRival(
  { completion }: LlamaCpp,
  workload: Workload,
  work: ResumeWork,
  signal: AbortSignal,
): Promise<Contender> {
  const [chatFile, promptFile, cacheFile] = ["chat.txt", "prompt.txt", "chat.cache"].map((n) => join(work.folder, n));
  const [chat, prompt] = await textsOf(workload.modelPath, [work.chat, work.prompt]);
  await writeFile(chatFile as string, chat as string);
  await writeFile(promptFile as string, prompt as string);
  const program = (...options: (string | number)[]): Program => ({
    command: [completion, ...sharedFlags(workload, work), "-no-cnv", "--no-display-prompt", ...options].map(String),
  });
  const cache = ["--prompt-cache", cacheFile as string];
  await runProgram(program("-bf", chatFile as string, ...cache, "-n", 1), signal);
  // Read-only: else it would write the whole file anew before its first token.
  const resumed = program("-bf", promptFile as string, ...cache, "--prompt-cache-ro", "-n", work.generate);
  return {
    name: "llama-completion",
    measure: async (stop) => (await runProgram(resumed, stop)).firstByteMs,
  };
}

/** What llama.cpp's programs have in common, with the same work as kvchat. */
export function sharedFlags({ modelPath, threads }: Workload, { type }: ResumeWork): (string | number)[] {
  const cache = ["-c", longChatContext, "-ctk", type, "-ctv", type, "-fa", "on"];
  return ["-m", modelPath, "-t", threads, ...cache, "--temp", 0];
}

/** As it is to be tokenized again: control tokens as their names, without the one that llama.cpp puts in front by itself. */
async function textsOf(modelPath: string, chains: readonly (readonly number[])[]): Promise<string[]> {
  const llama = await getLlama({ gpu: false, build: "never", progressLogs: false, logLevel: LlamaLogLevel.disabled });
  const model = await llama.loadModel({ modelPath, vocabOnly: true });
  const { bos, shouldPrependBosToken } = model.tokens;
  const texts = chains.map((tokens) => {
    const own = shouldPrependBosToken && tokens[0] === bos ? tokens.slice(1) : tokens;
    return model.detokenize(own as Token[], true);
  });
  await model.dispose();
  return texts;
}
