// `llama-completion --prompt-cache` as a whole process: it loads the cache of its context from a file, and evaluates what follows.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadAddon } from "../../../src/session/engine/load-addon.ts";
import { openVocabulary, type Vocabulary } from "../../../src/session/engine/vocabulary.ts";
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
  const chatFile = join(work.folder, "chat.txt");
  const promptFile = join(work.folder, "prompt.txt");
  await using vocabulary = await openVocabulary(loadAddon("off"), workload.modelPath);
  await writeFile(chatFile, textOf(work.chat, vocabulary));
  await writeFile(promptFile, textOf(work.prompt, vocabulary));
  const program = (...options: (string | number)[]): Program => ({
    command: [completion, ...sharedFlags(workload, work), "-no-cnv", "--no-display-prompt", ...options].map(String),
  });
  const cache = ["--prompt-cache", join(work.folder, "chat.cache")];
  await runProgram(program("-bf", chatFile, ...cache, "-n", 1), signal);
  // Read-only: else it would write the whole file anew before its first token.
  const resumed = program("-bf", promptFile, ...cache, "--prompt-cache-ro", "-n", work.generate);
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
function textOf(tokens: readonly number[], { bosToken, detokenize }: Vocabulary): string {
  return detokenize(bosToken !== undefined && tokens[0] === bosToken ? tokens.slice(1) : tokens, true);
}
