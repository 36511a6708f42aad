// A chat of some 3,000 tokens whose cache is kept: made once for each cache type, which reads it cold, and then forked.
import { join } from "node:path";
import type { KvType } from "../../../src/cache/types.ts";
import { importMessages } from "../../../src/session/store/import-messages.ts";
import { SessionStore } from "../../../src/session/store/session-store.ts";
import type { Field } from "../field.ts";
import type { KvchatProgram } from "../kvchat-program.ts";
import { type Program, runProgram } from "../program.ts";
import { shortPrompt, shortSystemPrompt, someWords } from "../workload.ts";

export const longChatContext = 4096;
const messages = 12;
const wordsInMessage = 242;
const name = "chat";

export interface LongChat {
  readonly kvchat: KvchatProgram;
  /** The tokens in its cache. */
  readonly tokens: readonly number[];
  /** A copy, which shares all of its cache. */
  fork(): ForkedChat;
}

interface ForkedChat {
  /** A command that goes on with it. */
  resumed(...args: (string | number)[]): Program;
  tokens(): readonly number[];
}

const chats = new Map<KvType, Promise<LongChat>>();

export function longChat(field: Field, type: KvType): Promise<LongChat> {
  const made = chats.get(type) ?? makeLongChat(field, type);
  chats.set(type, made);
  return made;
}

async function makeLongChat({ workload, kvchat, signal, onProgress }: Field, type: KvType): Promise<LongChat> {
  onProgress(`reading a chat of 3,000 tokens with ${type}`);
  const program = kvchat.apart(`chat-${type}`);
  const said = Array.from({ length: messages }, (_, index) => ({
    role: index % 2 === 0 ? "user" : "assistant",
    content: someWords(wordsInMessage, index),
  }));
  using store = new SessionStore(program.data);
  const { id } = store.import(importMessages(said, "message"), { name });
  const options = ["-m", workload.modelPath, "-t", workload.threads, "-c", longChatContext, "--kv", type];
  const turn = ["-sys", shortSystemPrompt, "-p", shortPrompt, "-n", 16, "--temp", 0];
  await runProgram(program.with("run", "--resume", name, ...options, ...turn), signal);
  return {
    kvchat: program,
    tokens: tokensOf(store, id),
    fork() {
      using forks = new SessionStore(program.data);
      const fork = forks.fork(id);
      return {
        resumed: (...args) => program.with("run", "--resume", fork.name, "-t", workload.threads, ...args),
        tokens() {
          using after = new SessionStore(program.data);
          return tokensOf(after, fork.id);
        },
      };
    },
  };
}

/** Of a chat from which nothing was ever evicted. */
export function tokensOf(store: SessionStore, id: string): readonly number[] {
  return Array.from(store.loadKv(id)?.tokens ?? []);
}

export function blocksIn({ cache }: KvchatProgram): string {
  return join(cache, "kv");
}
