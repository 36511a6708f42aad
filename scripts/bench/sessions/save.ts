// What it costs to keep a turn of one size as the chat grows: the time until all is on the disk, and the bytes. The time counts from
// when kvchat begins, which is when nothing followed the answer for a while.
import { idleMs } from "../../../src/session/kv-saving.ts";
import { SessionStore } from "../../../src/session/store/session-store.ts";
import type { MakeTrial } from "../field.ts";
import type { KvchatProgram } from "../kvchat-program.ts";
import type { Figure } from "../subject.ts";
import { someWords } from "../workload.ts";
import { ChatProcess } from "./chat-process.ts";

const sizes = [1024, 2048, 4096, 8192];
const contextSize = 9216;
const turnWords = 300;
/** Most of one step in growing. */
const stepWords = 1000;
const answer = ["-n", 8, "--temp", 0];

export const save: MakeTrial = async ({ workload, kvchat, signal, onProgress }) => {
  const program = kvchat.apart("save");
  const flags = ["-t", workload.threads, "-c", contextSize, "--turns", "--jsonl", ...answer];
  onProgress("reading a chat of 8,000 tokens");
  const model = ["-m", workload.modelPath, "--session", "growing"];
  await using growing = new ChatProcess(program.with("run", ...model, ...flags), signal);
  for (const size of sizes) await grow(growing, program, size);
  let seed = 1000;
  return {
    name: "save",
    rounds: 5,
    measure: async (stop) => {
      const times: Figure[] = [];
      const sizesOnDisk: Figure[] = [];
      for (const size of sizes) {
        const fork = forkOf(program, nameOf(size));
        await using chat = new ChatProcess(program.with("run", "--resume", fork, ...flags), stop);
        const { done, saved } = await chat.ask(someWords(turnWords, seed++));
        times.push(figureOf(size, "ms", saved.ms - done.ms - idleMs));
        sizesOnDisk.push(figureOf(size, "MB", saved.bytes / 2 ** 20));
      }
      return [...times, ...sizesOnDisk];
    },
  };
};

async function grow(chat: ChatProcess, program: KvchatProgram, size: number): Promise<void> {
  for (let seed = size, tokens = 0; tokens < size; seed++) {
    // A turn has some tokens that are no words.
    const missing = tokens === 0 ? stepWords : size - tokens - 30;
    tokens = (await chat.ask(someWords(Math.min(stepWords, Math.max(1, missing)), seed))).saved.tokens;
  }
  forkOf(program, "growing", nameOf(size));
}

function forkOf({ data }: KvchatProgram, name: string, as?: string): string {
  using store = new SessionStore(data);
  return store.fork(store.find(name).id, { name: as }).name;
}

function nameOf(size: number): string {
  return `${size} tokens`;
}

function figureOf(size: number, unit: "ms" | "MB", kvchat: number): Figure {
  return { name: `save ${size}`, unit, comparison: "alone", kvchat, at: size };
}
